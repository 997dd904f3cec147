// A tool's settings as a complete file to copy, or as lines worked into the file that is there, to be taken out again to the byte. Pure.

import { insertPieces, strip } from '../edit/marked.ts';
import { boot } from './boot.ts';
import { deps } from './deps.ts';
import { gradle } from './gradle.ts';
import { leiningen } from './leiningen.ts';
import { maven } from './maven.ts';
import type { ToolSettings } from './tool.ts';
import type { Tool, Wish, WishFault } from './wish.ts';

const SETTINGS: Readonly<Record<Tool, ToolSettings>> = { maven, leiningen, deps, gradle, boot };

export interface ClientFile {
  readonly kind: 'file';
  readonly tool: Tool;
  /** Where the tool looks for it, `~/.m2/settings.xml`. */
  readonly place: string;
  /** Complete and commented. */
  readonly text: string;
}

/** The settings as a file of its own, or what the tool cannot do of what is wished. */
export function clientFile(tool: Tool, wish: Wish): ClientFile | WishFault {
  const settings = SETTINGS[tool];
  const objection = settings.objection(wish);
  if (objection !== null) return objection;
  const placed = settings.placed(settings.skeleton, wish);
  if (placed.kind === 'unsafe') throw new Error(`the skeleton of ${tool} takes no settings: ${placed.because}`);
  const text = insertPieces(settings.skeleton, placed.pieces, settings.style, true);
  return { kind: 'file', tool, place: settings.place, text };
}

export type Merged =
  | { readonly kind: 'merged'; readonly text: string }
  /** Not to be edited by a program: `because` says what stands in the way. */
  | { readonly kind: 'unsafe'; readonly because: string };

/** Works the settings into a file that is there, in place of those that assay put there before. One character of `existing` is one byte. */
export function mergeSettings(tool: Tool, wish: Wish, existing: string): Merged {
  const settings = SETTINGS[tool];
  if (existing.includes('\0')) return { kind: 'unsafe', because: 'it is no text in one byte or UTF-8' };
  const stripped = strip(existing, settings.style);
  if (stripped === null) return BROKEN;
  const placed = settings.placed(stripped.text, wish);
  if (placed.kind === 'unsafe') return placed;
  return { kind: 'merged', text: insertPieces(stripped.text, placed.pieces, settings.style, stripped.wasMade) };
}

export type Restored =
  | { readonly kind: 'restored'; readonly text: string; readonly pieces: number }
  /** The file held nothing but what assay wrote. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'unsafe'; readonly because: string };

/** The file as it was before. */
export function restoreSettings(tool: Tool, existing: string): Restored {
  const { style, skeleton } = SETTINGS[tool];
  const stripped = strip(existing, style);
  if (stripped === null) return BROKEN;
  if (stripped.wasMade && stripped.text === skeleton) return { kind: 'empty' };
  return { kind: 'restored', text: stripped.text, pieces: stripped.pieces };
}

const BROKEN = {
  kind: 'unsafe',
  because: 'one of the lines `assay begin` and `assay end` in it is missing its other half',
} as const;
