// What others named, said and sent, as text that stays in its place.

import { html, type Markup } from './markup.ts';

/** More of a name helps nobody, and a page of ten thousand characters hides what stands around it. */
const MOST_CHARACTERS = 300;

/** Isolated from the direction of what stands around it, cut, and without what would not be seen. */
export function foreign(text: string, most = MOST_CHARACTERS): Markup {
  return html`<bdi>${printable(cut(text, most))}</bdi>`;
}

/** A path, a digest, a URL: the same, in letters that can be told apart, breaking where there is room. */
export function code(text: string, most = MOST_CHARACTERS): Markup {
  return html`<code><bdi>${printable(cut(text, most))}</bdi></code>`;
}

/** A repository path, its file name first in weight: the folders are what many rows share. */
export function filePath(path: string): Markup {
  const shown = printable(cut(path, MOST_CHARACTERS));
  const slash = shown.lastIndexOf('/') + 1;
  return html`<code class="path"><bdi><span class="folder">${shown.slice(0, slash)}</span>${shown.slice(slash)}</bdi></code>`;
}

/** What no browser shows, or what turns a line round, is shown as a box. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu, '\u25a1');
}

/** By characters, never between the two halves of one. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return `${head}\u2026 (${text.length.toLocaleString('en-US')} characters)`;
}

/** A sentence that another room made, begun as sentences begin, unless it begins with a path or another name. */
export function sentence(words: string, most = MOST_CHARACTERS): Markup {
  const isWord = /^[a-z]+(?:[ ,;:]|$)/.test(words);
  return foreign(isWord ? words.charAt(0).toUpperCase() + words.slice(1) : words, most);
}

/** Sentences of our own: what stands between backquotes is code. Begins in upper case. */
export function prose(words: string): Markup {
  const parts = words.split('`');
  const first = parts[0] ?? '';
  return html`${first.charAt(0).toUpperCase() + first.slice(1)}${parts.slice(1).map((part, at) => (at % 2 === 0 ? code(part) : part))}`;
}
