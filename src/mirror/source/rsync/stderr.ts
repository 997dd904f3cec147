// What rsync said, for people and for the plan. Half of it is the server's own text: it is cut, made printable, and decides nothing alone.

import { pathFault } from '../../../maven/path-grammar.ts';
import { unescapeName } from './names.ts';

const WORDS_CEILING = 300;
const OWN_CLOSING = /^rsync error: /;
const TELLING = /@ERROR|configured to refuse|greeting|No space left|File too large|Permission denied|Host key/;
// `rsync: [sender] send_files failed to open "g/x.jar" (in repo): Permission denied (13)`
const ABOUT_A_PATH = /^rsync: \[(?:[sS]ender|[rR]eceiver|generator)\] [^"]*"(.*)"(?: \(in .*\))?\)?(?: failed)?: /;

/** The one line of `stderr` that tells most, without rsync's frame around it; empty when there is none. */
export function words(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const own = lines.filter((line) => !OWN_CLOSING.test(line));
  const line = own.find((candidate) => TELLING.test(candidate)) ?? own.at(-1) ?? lines.at(-1) ?? '';
  return printable(line.replace(/^rsync: (?:\[\w+\] )?/, '').replace(/^@ERROR: /, '')).replace(/\.$/, '');
}

/**
 * The repository paths, files and folders, that `stderr` says could not be read. Only the last 16 KiB of what a run says are kept: of very many
 * paths these are the last.
 */
export function unreadablePaths(stderr: string, prefixes: readonly string[]): string[] {
  const found = new Set<string>();
  for (const line of stderr.split('\n')) {
    const spelled = ABOUT_A_PATH.exec(line)?.[1];
    if (spelled === undefined) continue;
    const path = withoutPrefix(unescapeName(spelled), prefixes).replace(/\/$/, '');
    if (pathFault(path) === null) found.add(path);
  }
  return [...found];
}

/** Empty for the root of the transfer itself: that is not one of the paths, it is all of them. */
function withoutPrefix(path: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((candidate) => `${path}/`.startsWith(candidate));
  return prefix === undefined ? path : path.slice(prefix.length);
}

function printable(text: string): string {
  const clean = [...text].map((letter) => (isControl(letter) ? ' ' : letter)).join('');
  return clean.trim().slice(0, WORDS_CEILING);
}

function isControl(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
}
