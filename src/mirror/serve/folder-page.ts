// Pages that show people what lies in a folder. A key never ends in `/`, so no page hides a file; a build tool never asks for one, and crawlers
// are turned away: a page for each of a million folders helps nobody.

import type { Child } from '../inventory/store.ts';
import { type Answer, bodyAnswer } from './answer.ts';
import type { Asked } from './delivery.ts';
import type { Shelf } from './known-paths.ts';
import { problemAnswer } from './problem.ts';

export interface FolderRooms {
  readonly inventory: Shelf;
  /** The installation, on its front page. */
  readonly name: string;
}

/** Files and folders on a page: a folder with a hundred thousand is shown in pages, none of which costs more than this many looks into the index. */
const PAGE_CHILDREN = 1000;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'public, max-age=60',
  'x-robots-tag': 'noindex, nofollow',
  // No script, nothing from elsewhere, and no frame of somebody else's.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Null when nothing is in the folder. `path` is empty for the root, or ends in `/`. */
export function answerFolder(asked: Asked, target: string, path: string, rooms: FolderRooms): Answer | null {
  const folder = path.slice(0, -1);
  const isRoot = path === '';
  if (path.endsWith('//') || path === '/' || !(isRoot || rooms.inventory.isAnyBelow(folder))) return null;
  if (isCrawler(asked.headers['user-agent'])) return turnedAway(asked);
  const after = readAfter(target);
  const children = rooms.inventory.children(folder, after, PAGE_CHILDREN + 1);
  const shown = children.slice(0, PAGE_CHILDREN);
  const next = children.length > PAGE_CHILDREN ? (shown.at(-1)?.name ?? null) : null;
  const text = pageText(isRoot ? rooms.name : path, isRoot, shown, next);
  return bodyAnswer(asked.method, 200, HEADERS, Buffer.from(text, 'utf8'));
}

/** Folders asked for without their slash are sent to it; null when it is none. */
export function redirectToFolder(asked: Asked, path: string, rooms: FolderRooms): Answer | null {
  return rooms.inventory.isAnyBelow(path) ? toFolder(asked, path) : null;
}

export function toFolder(asked: Asked, path: string): Answer {
  // Relative, so that it is right behind a proxy and under every prefix.
  const location = `${encodeURIComponent(path.slice(path.lastIndexOf('/') + 1))}/`;
  return {
    status: 301,
    headers: { location: `./${location}`, 'cache-control': 'public, max-age=60', 'content-length': '0' },
    body: asked.method === 'HEAD' ? null : Buffer.alloc(0),
  };
}

const CRAWLER = /bot\b|crawl|spider|slurp|archiver/i;

function isCrawler(agent: string | undefined): boolean {
  return agent !== undefined && CRAWLER.test(agent);
}

function turnedAway(asked: Asked): Answer {
  return problemAnswer(asked.method, {
    status: 403,
    type: 'for-people',
    title: 'For people',
    detail: 'Pages of folders are for people. Whoever wants the whole tree takes it from its origin.',
    instance: asked.shown,
    headers: { 'x-robots-tag': 'noindex, nofollow' },
  });
}

/** The one query that is read at all: which child the page begins behind. A name that is not there is as good as any. */
function readAfter(target: string): string | null {
  const query = target.indexOf('?');
  return query === -1 ? null : new URLSearchParams(target.slice(query + 1)).get('after');
}

function pageText(title: string, isRoot: boolean, children: readonly Child[], next: string | null): string {
  const shownTitle = escapeText(title);
  const lines = children.map(childText);
  const up = isRoot ? '' : '<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n';
  const more = next === null ? '' : `<p><a href="?after=${encodeURIComponent(next)}">more</a></p>\n`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex, nofollow"><title>${shownTitle}</title>
<style>body{font-family:monospace;margin:1.5em}td{padding:0 1.5em 0 0}td:nth-child(2){text-align:right}</style></head>
<body>
<h1>${shownTitle}</h1>
${isRoot ? INTRODUCTION : ''}<table>
${up}${lines.join('')}</table>
${more}</body>
</html>
`;
}

const INTRODUCTION = `<p>This is a mirror of a Maven repository, kept by assay: every file was checked before it was published here.
<a href="/-/setup">Point your build tool at it</a>. <a href="/-/status.json">What this mirror last did</a>, <a href="/-/health">whether it can serve its
tree</a>.</p>
`;

/** Everything encoded, `+` too, which some would read as a blank; `./` so that no name is taken for a scheme. */
function childText({ name, size, modified }: Child): string {
  const isFolder = name.endsWith('/');
  const plain = isFolder ? name.slice(0, -1) : name;
  const link = `./${encodeURIComponent(plain)}${isFolder ? '/' : ''}`;
  const time = modified === null ? '' : new Date(modified).toISOString().slice(0, 16).replace('T', ' ');
  return `<tr><td><a href="${link}">${escapeText(name)}</a></td><td>${size ?? ''}</td><td>${time}</td></tr>\n`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
