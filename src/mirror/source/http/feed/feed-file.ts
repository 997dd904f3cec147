// A feed and its sums. The origin uploads them one after the other, so that for a moment, or for an hour, they do not belong together: read sum,
// file, sum, and take the file only when all three agree.

import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { SECOND } from '../../../../host/clock.ts';
import { parseChecksumFile } from '../../../../maven/checksum-file.ts';
import type { SourceTrouble } from '../../contract.ts';
import { troubleIn } from '../asker.ts';
import type { WebSession } from '../session.ts';

export type FeedFile =
  /** It lies in the file that was named; `sum` is its SHA-1, lower-case hex. */
  | { readonly kind: 'feed'; readonly sum: string }
  /** It is still the one with the sum that was named. */
  | { readonly kind: 'same' }
  | { readonly kind: 'absent' }
  | SourceTrouble;

const TRIES = 4;
const PAUSE_MS = 15 * SECOND;
const FEED_BYTES = 2 * 1024 ** 3;
const SUM_BYTES = 4096;

/** Fetches the feed `name` of the repository's root to `target`. */
export async function fetchFeed(
  session: WebSession,
  name: string,
  known: string | null,
  target: string,
  signal: AbortSignal,
): Promise<FeedFile> {
  for (let tries = 1; ; tries += 1) {
    const before = await askSum(session, name, signal);
    if (before.kind === 'trouble') return before;
    if (before.hex !== null && before.hex === known) return { kind: 'same' };
    const feed = await download(session, name, target, signal);
    if (feed.kind !== 'feed') return feed;
    const after = await askSum(session, name, signal);
    if (after.kind === 'trouble') return after;
    // A feed without a sum has at least that of gzip itself.
    if (before.hex === null && after.hex === null) return feed;
    if (before.hex === feed.sum && after.hex === feed.sum) return feed;
    if (tries === TRIES) return torn(session, name);
    await session.clock.sleep(PAUSE_MS * tries, signal);
  }
}

async function askSum(session: WebSession, name: string, signal: AbortSignal) {
  const request = {
    method: 'GET',
    url: session.place.at(`${name}.sha1`),
    ceilingBytes: SUM_BYTES,
    keep: true,
  } as const;
  const came = await session.asker.ask(request, signal);
  if (came.kind === 'absent') return { kind: 'sum' as const, hex: null };
  if (came.kind !== 'answer') return troubleIn(came);
  const sum = parseChecksumFile(came.answer.body.bytes.toString('latin1'), 'sha1');
  return { kind: 'sum' as const, hex: sum.kind === 'digest' ? sum.hex : '' };
}

async function download(session: WebSession, name: string, target: string, signal: AbortSignal): Promise<FeedFile> {
  const file = openSync(target, 'w', 0o600);
  try {
    const came = await session.asker.ask(
      {
        method: 'GET',
        url: session.place.at(name),
        ceilingBytes: FEED_BYTES,
        digests: ['sha1'],
        sink: (chunk) => {
          writeSync(file, chunk);
        },
      },
      signal,
    );
    if (came.kind === 'absent') return came;
    return came.kind === 'answer' ? { kind: 'feed', sum: came.answer.body.digests.sha1 ?? '' } : troubleIn(came);
  } finally {
    closeSync(file);
  }
}

function torn({ place }: WebSession, name: string): SourceTrouble {
  const sentence = `${place.at(name).href}: the feed and its sum do not belong together; it may be written anew just now.`;
  return { kind: 'trouble', trouble: 'busy', sentence };
}

const LINE_CEILING = 4 * 1024 * 1024;
const TEXT_CEILING = 16 * 1024 ** 3;

/** Lines of a gzip file. `onCut` hears when it ends before its end, or is none. */
export async function* linesOfGzip(file: string, onCut: (why: string) => void): AsyncIterable<string> {
  let rest = '';
  let length = 0;
  const decoder = new StringDecoder('utf8');
  // Whatever goes wrong on either side comes out of the text below.
  const text = pipeline(createReadStream(file), createGunzip(), () => undefined);
  try {
    for await (const chunk of text) {
      length += (chunk as Buffer).length;
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > LINE_CEILING || length > TEXT_CEILING) throw new RangeError('it goes on without an end');
    }
  } catch (error) {
    onCut(error instanceof Error ? error.message : String(error));
    return;
  }
  if (rest !== '') yield rest;
}
