// A source that is a map of files: it lists what it is told to list, and promises what it is told to promise.

import { hash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type PassOutcome, type PassRoom, runPass } from '../../../src/mirror/pass/pass.ts';
import type { ListedFile, ListingOutcome, ListingRequest, Promises } from '../../../src/mirror/source/contract.ts';
import { OLD } from '../verify/facts.ts';
import { type LaidPass, layPass, PROMISES } from './laid.ts';

export interface ToldFile {
  readonly bytes: string;
  readonly mtime?: number;
  /** What the listing claims to be its MD5. */
  readonly md5?: string;
}

export interface ToldSource extends LaidPass {
  /** What the origin has. */
  readonly files: Map<string, ToldFile>;
  /** What it lists next: everything, unless a test says otherwise. */
  next: { outcome: ListingOutcome; paths?: readonly string[] };
  readonly asked: ListingRequest[];
  readonly fetched: string[][];
  pass(): Promise<PassOutcome>;
}

export function tellSource(t: TestContext, promises: Partial<Promises> = {}): ToldSource {
  const files = new Map<string, ToldFile>();
  const asked: ListingRequest[] = [];
  const fetched: string[][] = [];
  const laid = layPass(t, {
    promises: { ...PROMISES, folders: false, ...promises },
    async list(request, sink) {
      asked.push(request);
      for (const path of told.next.paths ?? files.keys()) {
        const file = files.get(path);
        if (file !== undefined) sink.file(asListed(path, file));
      }
      return told.next.outcome;
    },
    async fetch(request, onStaged) {
      fetched.push([...request.files]);
      for (const path of request.files) {
        const file = files.get(path);
        if (file === undefined) continue;
        stage(join(laid.staging, path), file);
        onStaged(path);
      }
      return { kind: 'fetched', bytes: 0, unreadable: [] };
    },
  });
  const { settling } = laid.options.folders;
  const room: PassRoom = {
    ...laid.passRoom,
    publishing: { ...laid.room, folders: { ...laid.room.folders, settling } },
  };
  const told: ToldSource = {
    ...laid,
    files,
    asked,
    fetched,
    next: { outcome: { kind: 'complete', fingerprint: '' } },
    pass: () => runPass(laid.options, room, new AbortController().signal),
  };
  return told;
}

function asListed(path: string, file: ToldFile): ListedFile {
  const listed = { path, size: Buffer.byteLength(file.bytes), mtime: file.mtime ?? OLD };
  return file.md5 === undefined ? listed : { ...listed, md5: file.md5 };
}

function stage(target: string, { bytes, mtime = OLD }: ToldFile): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  utimesSync(target, mtime / 1000, mtime / 1000);
}

export function md5(bytes: string): string {
  return hash('md5', bytes);
}
