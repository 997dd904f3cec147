// Getting the list of mirrors from wherever it can be had, and remembering the last good one: whoever offers it, what counts is who signed it.

import { readFileSync, statSync } from 'node:fs';
import { writeDurably } from '../host/durable.ts';
import { systemCode } from '../host/error.ts';
import type { HttpClient } from '../host/http.ts';
import { type MirrorList, MOST_LIST_BYTES, verifyList } from '../primary/mirror-list.ts';
import { readList } from './carried-list.ts';

export interface Getting {
  readonly http: HttpClient;
  readonly now: number;
  /** Where the last good list is kept. */
  readonly memory: string;
  /** The primary's public key; null: the key of the list that is remembered, and without one that of the first list. */
  readonly pinned: string | null;
  /** PEM of the authorities of the host that is asked; null: the public ones. */
  readonly ca: string | null;
}

export type Gotten =
  | { readonly kind: 'good'; readonly list: MirrorList; readonly isExpired: boolean }
  | { readonly kind: 'bad'; readonly why: string };

const DEADLINES = { totalMs: 60_000 };

/** Verifies the list at `from`, an https:// or http:// URL or a file, and remembers it when it is newer than the one before. */
export async function getList(from: string, getting: Getting, signal: AbortSignal): Promise<Gotten> {
  const { memory, now } = getting;
  const remembered = readList(memory, getting.pinned);
  const bytes = /^https?:\/\//.test(from) ? await fetchBytes(from, getting, signal) : readBytes(from);
  if (typeof bytes === 'string') return { kind: 'bad', why: bytes };
  const pinned = getting.pinned ?? remembered?.list.signature.public_key ?? null;
  const verdict = verifyList(bytes, { pinned, newest: remembered?.list.sequence ?? 0, now });
  if (verdict.kind === 'bad') return verdict;
  if (verdict.list.sequence > (remembered?.list.sequence ?? 0)) writeDurably(memory, bytes);
  return verdict;
}

async function fetchBytes(url: string, { http, ca }: Getting, signal: AbortSignal): Promise<Buffer | string> {
  const request = {
    method: 'GET',
    url,
    ceilingBytes: MOST_LIST_BYTES,
    keep: true,
    ca,
    retries: 1,
    deadlines: DEADLINES,
  } as const;
  const outcome = await http.ask(request, signal);
  if (outcome.kind === 'failure') return outcome.sentence;
  if (outcome.status !== 200) return `it answers ${outcome.status}`;
  return outcome.body.end === 'whole' ? outcome.body.bytes : 'its answer is cut, or too long';
}

function readBytes(path: string): Buffer | string {
  try {
    return statSync(path).size > MOST_LIST_BYTES ? 'it is too long' : readFileSync(path);
  } catch (error) {
    return systemCode(error) ?? String(error);
  }
}
