// Settings for build tools: printed to be copied, or worked into the file that a tool reads, and taken out of it again.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { putBack, readSettings, writeSettings } from './settings/disk.ts';
import { type ClientFile, clientFile, mergeSettings, restoreSettings } from './settings/file.ts';
import type { Tool, Wish, WishFault } from './settings/wish.ts';

export { settingsPath } from './settings/disk.ts';
export { type ClientFile, clientFile } from './settings/file.ts';
export { type ReadWish, type Request, readWish, TOOLS, type Tool, type Wish, type WishFault } from './settings/wish.ts';
export { WORD } from './trial/choose.ts';
export { trialCommand } from './trial/command.ts';
export { type Artifact, type Tried, tryArtifact, tryTool } from './trial.ts';

export type Configured =
  | ClientFile
  | WishFault
  /** `backup` is the copy of what was there before. */
  | { readonly kind: 'written'; readonly path: string; readonly backup: string | null; readonly text: string }
  | { readonly kind: 'unchanged'; readonly path: string; readonly text: string }
  /** `path` is left as it was: `because` says why a program should not edit it, `text` what a person may put there. */
  | { readonly kind: 'unsafe'; readonly path: string; readonly because: string; readonly text: string };

/** Where settings go. Without `write` nothing is changed, and what would stand there is told. */
export interface Target {
  readonly path: string;
  readonly write: boolean;
}

/** Gives the settings as a file, or works them into the one of `target`. Throws `settings-unusable` where that cannot be read or written. */
export function configure(tool: Tool, wish: Wish, target: Target | null, now: number): Configured {
  const file = clientFile(tool, wish);
  if (target === null || file.kind === 'fault') return file;
  const { path, write } = target;
  const existing = readSettings(path);
  const rival = tool === 'leiningen' ? rivalProfile(path) : null;
  if (rival !== null) {
    return {
      kind: 'unsafe',
      path,
      because: `Leiningen refuses a profile that is in ${rival} as well`,
      text: file.text,
    };
  }
  const isBlank = existing === null || existing.trim() === '';
  const merged = isBlank ? ({ kind: 'merged', text: file.text } as const) : mergeSettings(tool, wish, existing);
  if (merged.kind === 'unsafe') return { kind: 'unsafe', path, because: merged.because, text: file.text };
  const { text } = merged;
  if (!write) return { ...file, text };
  if (text === existing) return { kind: 'unchanged', path, text };
  return { kind: 'written', path, backup: writeSettings(path, text, now), text };
}

export type Undone =
  /** Nothing of ours is in it, or there is no file. */
  | { readonly kind: 'nothing'; readonly path: string }
  /** `text` is null where the file held nothing else and goes. */
  | { readonly kind: 'restored'; readonly path: string; readonly text: string | null; readonly done: boolean }
  | { readonly kind: 'unsafe'; readonly path: string; readonly because: string };

/** Takes the settings out of the file at `path` again, or, without `write`, tells what that would leave. */
export function undo(tool: Tool, { path, write }: Target): Undone {
  const existing = readSettings(path);
  if (existing === null) return { kind: 'nothing', path };
  const restored = restoreSettings(tool, existing);
  if (restored.kind === 'unsafe') return { kind: 'unsafe', path, because: restored.because };
  const text = restored.kind === 'empty' ? null : restored.text;
  if (text === existing) return { kind: 'nothing', path };
  if (write) putBack(path, text);
  return { kind: 'restored', path, text, done: write };
}

/** `profiles.d/user.clj` is the profile `:user` too. */
function rivalProfile(path: string): string | null {
  const rival = join(dirname(path), 'profiles.d', 'user.clj');
  return existsSync(rival) ? rival : null;
}
