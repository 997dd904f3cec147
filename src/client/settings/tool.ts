// What each build tool's settings are made of, and the words that all of them carry.

import type { CommentStyle, Placed } from '../edit/marked.ts';
import type { Tool, Wish, WishFault } from './wish.ts';

export interface ToolSettings {
  /** Where the tool looks for the file, as a person writes it. */
  readonly place: string;
  readonly style: CommentStyle;
  /** What a file that is not there yet begins with. */
  readonly skeleton: string;
  /** What the tool cannot do of what is wished, or null. */
  objection(wish: Wish): WishFault | null;
  /** Where our lines go in a text, read as one character a byte, that holds none of ours. */
  placed(text: string, wish: Wish): Placed;
}

/** What the file does, for whoever opens it. `options` is how this file may spell options: two dashes end a comment of XML. */
export function headLines(tool: Tool, wish: Wish, options: (words: string) => string): string[] {
  const names = wish.repositories.map(({ ids }) => ids[0]).join(', ');
  const mirrors = wish.mirrors.length === 1 ? 'a mirror' : `${wish.mirrors.length} mirrors`;
  return [
    `Written by \`assay client-config ${tool}\`: ${names} from ${mirrors}, mode ${wish.mode}.`,
    ...MODES[wish.mode],
    `To undo it delete these lines, or run: assay client-config ${tool} ${options('--mode restore --write')}`,
  ];
}

const MODES: Readonly<Record<Wish['mode'], readonly string[]>> = {
  prefer: ['The mirrors are asked first, the origin after them.'],
  outage: ['The mirrors are asked alone: an origin that is down gets no request, and no build waits for it.'],
};

export function commented(lines: readonly string[], style: CommentStyle): string[] {
  return lines.map((line) => `${style.open}${line}${style.close}`);
}

/** The repositories behind which no origin can stay, although that was wished. */
export function withoutOrigin(wish: Wish): string[] {
  if (wish.mode !== 'prefer') return [];
  const names = wish.repositories.filter(({ origin }) => origin === null).map(({ ids }) => ids[0]);
  if (names.length === 0) return [];
  return [`Where the origin of ${names.join(', ')} is was not told: the mirrors stand for it alone.`];
}
