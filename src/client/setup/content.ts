// What `/-/setup` has to say, as values: how it looks is another matter.

import { type ClientFile, clientFile } from '../settings/file.ts';
import { isTakenPlain, readWish, TOOLS, type Tool, type Wish } from '../settings/wish.ts';

export interface ListedMirror {
  readonly name: string;
  /** Base URL of the repository there. */
  readonly url: string;
  /** ISO 3166, or null. */
  readonly country: string | null;
}

export interface SetupContent {
  readonly wish: Wish;
  /** What can be chosen; the mirror itself comes first. */
  readonly mirrors: readonly (ListedMirror & { readonly chosen: boolean })[];
  readonly repositories: readonly { readonly id: string; readonly chosen: boolean }[];
  readonly modes: readonly { readonly mode: Wish['mode']; readonly meaning: string; readonly chosen: boolean }[];
  readonly files: readonly ToolFile[];
  readonly notes: readonly Note[];
}

export interface ToolFile {
  readonly tool: Tool;
  readonly title: string;
  readonly file: ClientFile | { readonly kind: 'fault'; readonly sentence: string; readonly remedy: string };
}

export interface Note {
  readonly title: string;
  readonly text: string;
}

const TITLES: Readonly<Record<Tool, string>> = {
  maven: 'Maven',
  leiningen: 'Leiningen',
  deps: 'deps.edn (Clojure CLI, tools.deps)',
  gradle: 'Gradle',
  boot: 'Boot',
};

const REPOSITORIES = ['clojars', 'central'] as const;

const MODES = [
  { mode: 'prefer', meaning: 'the mirrors first, then the origin' },
  { mode: 'outage', meaning: 'the mirrors alone: an origin that is down is not waited for' },
] as const;

/**
 * The settings that a query asks for. Only mirrors that are listed can be chosen: a link that somebody else made must not put an address of theirs
 * on this page. What is not understood counts as not said.
 */
export function setupContent(own: ListedMirror, listed: readonly ListedMirror[], query: URLSearchParams): SetupContent {
  const known = [own, ...listed.filter(({ url }) => url !== own.url && isUsable(url))];
  const asked = query.getAll('mirror');
  const some = known.filter(({ url }) => asked.includes(url));
  const chosen = some.length > 0 ? some : [own];
  const wanted = REPOSITORIES.filter((id) => query.getAll('repository').includes(id));
  const repositories = wanted.length > 0 ? wanted : ['clojars' as const];
  const mode = query.get('mode') === 'outage' ? 'outage' : 'prefer';
  const read = readWish({ mirrors: chosen.map(({ url }) => url), repositories, mode, certificateFile: null });
  if (read.kind === 'fault') throw new Error(`settings for mirrors that were looked at: ${read.sentence}`);
  return {
    wish: read.wish,
    mirrors: known.map((mirror) => ({ ...mirror, chosen: chosen.includes(mirror) })),
    repositories: REPOSITORIES.map((id) => ({ id, chosen: repositories.includes(id) })),
    modes: MODES.map((each) => ({ ...each, chosen: each.mode === mode })),
    files: TOOLS.map((tool) => ({ tool, title: TITLES[tool], file: clientFile(tool, read.wish) })),
    notes: NOTES,
  };
}

/** The address under which a client came here, or null where it is none that a build tool takes. */
export function addressOf(host: string | undefined, isTls: boolean): string | null {
  if (host === undefined || !/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/.test(host)) return null;
  // Plain HTTP at another address is spoken to a proxy that adds TLS.
  const isPlain = !isTls && isTakenPlain(host.replace(/:\d+$/, ''));
  const url = `${isPlain ? 'http' : 'https'}://${host}/`;
  return isUsable(url) ? url : null;
}

function isUsable(url: string): boolean {
  const read = readWish({ mirrors: [url], repositories: ['clojars'], mode: 'prefer', certificateFile: null });
  return read.kind === 'wish' && read.wish.mirrors[0] === url;
}

const NOTES: readonly Note[] = [
  {
    title: 'Where it goes',
    text: 'Each file is complete: save it where its title says. Where you have such a file already, `assay client-config TOOL --mirror URL --write` works the lines into it, keeps a copy, and `--mode restore --write` takes them out again.',
  },
  {
    title: 'IntelliJ IDEA and Cursive',
    text: 'IDEA reads the settings.xml that stands under Settings > Build Tools > Maven > User settings file; reload the Maven projects after a change. Cursive resolves with Leiningen and tools.deps and reads the same profiles.clj and deps.edn as they do; refresh its projects. A Gradle project of IDEA runs Gradle, which reads the init script.',
  },
  {
    title: 'Old clients',
    text: 'A client that does not tell the host name in its TLS handshake (no SNI: Java 6, some proxies) gets the first certificate of an assay mirror and works, as long as no CDN stands in front of it: most of those need the name.',
  },
  {
    title: 'Is it what the origin has?',
    text: 'Build tools compare what they get with sums that the same mirror sends. `assay check` compares what lies in your local repository with the signed inventories of the primary and of other mirrors.',
  },
];
