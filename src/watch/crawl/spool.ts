// At full depth signed files are kept for a moment, with what signs them, so that each signature is judged over the bytes that this very mirror sends.

import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSignature } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import type { Expected } from './judge.ts';
import type { Sight } from './sight.ts';

/** Judges the signatures of a file that lies, with them, below `folder` under their repository paths. Null: it could not be read. */
export type Classify = (root: string, beside: readonly string[], folder: string) => Promise<string | null>;

export interface Spool extends Disposable {
  /** Takes the body of a path of a unit as it comes; null when nobody needs it. */
  sinkFor(path: string, unit: readonly Expected[]): ((chunk: Buffer) => void) | null;
  /** Judges what came of a unit, and forgets the bytes. */
  judge(root: string, unit: readonly Expected[], sights: readonly Sight[]): Promise<void>;
  /** Files by class of their best signature. */
  classes(): Readonly<Record<string, number>>;
}

/** `folder` is made, and gone with the spool. */
export function openSpool(folder: string, classify: Classify): Spool {
  const open = new Map<string, number>();
  const classes: Record<string, number> = {};
  const close = (path: string): void => {
    const file = open.get(path);
    if (file !== undefined) closeSync(file);
    open.delete(path);
  };
  return {
    sinkFor(path, unit) {
      const isOfSigned = signaturesOf(unit).length > 0 && (path === unit[0]?.path || isSignature(path));
      if (!isOfSigned) return null;
      close(path);
      const place = join(folder, path);
      mkdirSync(dirname(place), { recursive: true });
      const file = openSync(place, 'w');
      open.set(path, file);
      return (chunk) => void writeSync(file, chunk);
    },
    async judge(root, unit, sights) {
      const came = sights.filter(isWhole).map(({ expected }) => expected.path);
      for (const { path } of unit) close(path);
      try {
        if (!came.includes(root)) return;
        const beside = came.filter((path) => path !== root && isSignature(path));
        const isExpected = locate(root).kind === 'pom' || locate(root).kind === 'artifact';
        if (beside.length === 0 && !isExpected) return;
        const found = beside.length === 0 ? 'unsigned' : await classify(root, beside, folder);
        if (found !== null) classes[found] = (classes[found] ?? 0) + 1;
      } finally {
        for (const { path } of unit) rmSync(join(folder, path), { force: true });
      }
    },
    classes: () => ({ ...classes }),
    [Symbol.dispose]() {
      for (const path of open.keys()) close(path);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function signaturesOf(unit: readonly Expected[]): readonly Expected[] {
  return unit.filter(({ path }) => isSignature(path));
}

function isWhole({ probe: { observation } }: Sight): boolean {
  return observation.kind === 'answered' && observation.status === 200 && observation.proof?.end === 'whole';
}
