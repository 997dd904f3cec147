// Directory pages as common servers write them (nginx, Apache, lighttpd, Caddy, Jetty, Clojars, Nexus, Python): links to the folder's own
// children, each with a size and a time somewhere behind it. All of it is a stranger's text: what is not plainly a child is left out.

import { type IndexEntry, type Rough, readSize, readTime } from './index-entry.ts';

/** Null: that is no directory page, but what a portal, a proxy or an error looks like. `entries` are in the page's order, each name once. */
export type IndexPage = { readonly entries: readonly IndexEntry[] } | null;

const ENTRIES_CEILING = 1_000_000;
const TEXT_CEILING = 400;
const SAYS_SO = /<(?:title|h1)[^>]{0,200}>[^<]{0,300}?(?:index of|directory (?:listing|index)|listing of|repository:)/i;
const LOOKS_SO = /href\s*=\s*["']?(?:\.\.\/?["'\s>]|\?[CNMSD][=;])|parent directory|<tr class="file">/i;

/** `url` is where the page came from, with its slash at the end. */
export function parseIndexPage(html: string, url: URL): IndexPage {
  if (!SAYS_SO.test(html.slice(0, 8192)) && !LOOKS_SO.test(html.slice(0, 65_536))) return null;
  const entries = new Map<string, IndexEntry>();
  for (const { href, behind } of anchors(html)) {
    const child = childOf(href, url);
    if (child === null || entries.has(child.name)) continue;
    if (entries.size >= ENTRIES_CEILING) break;
    const text = plain(behind);
    const time = readTime(text);
    entries.set(child.name, { ...child, size: child.isFolder ? null : sizeIn(text, time), mtime: time?.time ?? null });
  }
  return { entries: [...entries.values()] };
}

interface Anchor {
  readonly href: string;
  /** What follows the link up to the next one. */
  readonly behind: string;
}

function* anchors(html: string): Iterable<Anchor> {
  const opening = /<a\s[^>]{0,4096}?href\s*=\s*(?:"([^"]{0,4096})"|'([^']{0,4096})'|([^\s>"']{1,4096}))[^>]{0,4096}>/gi;
  let before: { href: string; from: number } | null = null;
  for (const found of html.matchAll(opening)) {
    if (before !== null) yield { href: before.href, behind: html.slice(before.from, found.index) };
    before = { href: unescapeEntities(found[1] ?? found[2] ?? found[3] ?? ''), from: found.index + found[0].length };
  }
  if (before !== null) yield { href: before.href, behind: html.slice(before.from) };
}

/** What stands behind the link's own text, without tags; a `datetime` or `title` that a tag carries counts as text. */
function plain(behind: string): string {
  const end = behind.search(/<\/a>/i);
  const rest = behind.slice(end === -1 ? 0 : end + '</a>'.length, (end === -1 ? 0 : end) + 4 * TEXT_CEILING);
  const shown = rest
    .replaceAll(/<time[^>]{0,200}?datetime="([^"]{1,40})"[^>]{0,200}>/gi, ' $1 ')
    .replaceAll(/<[^>]{0,400}>/g, ' ');
  return unescapeEntities(shown)
    .replaceAll(/[\s\u00a0]+/g, ' ')
    .trim()
    .slice(0, TEXT_CEILING);
}

/** Behind the time, as most have it, or before. */
function sizeIn(text: string, time: ReturnType<typeof readTime>): Rough | null {
  if (time === null) return readSize(text);
  return readSize(text.slice(time.to)) ?? readSize(text.slice(0, time.from));
}

function childOf(href: string, page: URL): Pick<IndexEntry, 'name' | 'isFolder'> | null {
  const target = URL.parse(href, page.href);
  if (target === null || target.origin !== page.origin || target.search !== '') return null;
  if (!target.pathname.startsWith(page.pathname)) return null;
  const rest = target.pathname.slice(page.pathname.length);
  const isFolder = rest.endsWith('/');
  const segment = isFolder ? rest.slice(0, -1) : rest;
  if (segment === '' || segment.includes('/')) return null;
  const name = decoded(segment);
  return name === null ? null : { name, isFolder };
}

/** Null for what is no UTF-8 when decoded, and for what would become more than one segment. */
function decoded(segment: string): string | null {
  try {
    const name = decodeURIComponent(segment);
    return name.includes('/') ? null : name;
  } catch {
    // Malformed escapes: no name that could be asked for again.
    return null;
  }
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function unescapeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
  });
}
