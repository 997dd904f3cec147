// The digests of new releases, asked for at the origin over HTTPS: what came another way may have been altered on it, sums and all.

import type { Clock } from '../../host/clock.ts';
import type { HttpAnswer, HttpClient } from '../../host/http.ts';
import type { Logger } from '../../host/logger.ts';
import { parseChecksumFile } from '../../maven/checksum-file.ts';
import type { SourceMemory } from './contract.ts';
import { md5OfTag } from './entity-tag.ts';
import { type Answer, type Asker, makeAsker, troubleIn } from './http/asker.ts';
import { type WebPlace, webPlace } from './http/place.ts';
import { inParallel } from './in-parallel.ts';
import { makeThrottle } from './throttle.ts';

/** A file as it came, and its digests. */
export interface Received {
  readonly path: string;
  readonly sha256: Buffer;
  readonly sha1: Buffer;
  readonly md5: Buffer | null;
}

export type Confirmation =
  | { readonly kind: 'confirmed' }
  /** The origin says something else over HTTPS. `expected` is its digest, lower-case hex. */
  | { readonly kind: 'contradicted'; readonly by: string; readonly expected: string }
  /** Nobody knows: it could not be asked, or does not have the file there. */
  | { readonly kind: 'open'; readonly why: string };

export type Confirm = (files: readonly Received[], signal: AbortSignal) => Promise<ReadonlyMap<string, Confirmation>>;

export interface ConfirmOptions {
  /** HTTPS base URL of the repository at the origin. */
  readonly url: string;
  readonly ca: string | null;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly maxFileBytes: number;
  readonly memory: SourceMemory;
}

export interface ConfirmHost {
  /** The caller's to close, after the last answer. */
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SUM_BYTES = 4096;

/**
 * Asks for a digest in the headers of the file, else for its `.sha1`, else for the file itself. Once the origin cannot be asked it is not asked
 * again for the rest of this client's life: a pass has thousands of files, and an outage lasts.
 */
export function confirmOverHttps(options: ConfirmOptions, { http, clock, logger }: ConfirmHost): Confirm {
  const { ca, memory, connections } = options;
  const place = webPlace(options.url);
  const asker = makeAsker({ ca, memory, http, clock, logger, pace: makeThrottle(options.requestsPerSecond, clock) });
  let trouble: string | null = null;
  return async (files, signal) => {
    const found = new Map<string, Confirmation>();
    await inParallel(files, connections, async (file) => {
      const before = trouble;
      const asked = before === null ? await confirmFile(file, place, options.maxFileBytes, asker, signal) : null;
      if (asked?.kind === 'trouble' && trouble === null) {
        trouble = asked.sentence;
        logger.warn({ sentence: asked.sentence }, 'digests cannot be confirmed; new releases wait');
      }
      const confirmation = asked === null || asked.kind === 'trouble' ? null : asked;
      found.set(file.path, confirmation ?? { kind: 'open', why: trouble ?? '' });
    });
    return found;
  };
}

type Asked = Confirmation | { readonly kind: 'trouble'; readonly sentence: string };

async function confirmFile(
  file: Received,
  place: WebPlace,
  maxFileBytes: number,
  asker: Asker,
  signal: AbortSignal,
): Promise<Asked> {
  const url = place.at(file.path);
  const head = await asker.ask({ method: 'HEAD', url, ceilingBytes: 0 }, signal);
  if (head.kind !== 'answer') return withoutAnswer(head, url);
  const byHeaders = judgeHeaders(file, head.answer, url);
  if (byHeaders !== null) return byHeaders;
  const sum = place.at(`${file.path}.sha1`);
  const came = await asker.ask({ method: 'GET', url: sum, ceilingBytes: SUM_BYTES, keep: true }, signal);
  if (came.kind === 'answer') {
    const read = parseChecksumFile(came.answer.body.bytes.toString('latin1'), 'sha1');
    if (read.kind === 'digest') return judge(read.hex, file.sha1, sum.href);
  } else if (came.kind !== 'absent' && came.kind !== 'too-long') return withoutAnswer(came, sum);
  const whole = await asker.ask({ method: 'GET', url, ceilingBytes: maxFileBytes, digests: ['sha256'] }, signal);
  if (whole.kind !== 'answer') return withoutAnswer(whole, url);
  return judge(whole.answer.body.digests.sha256 ?? '', file.sha256, url.href);
}

/** Null: they say nothing. An ETag that may be an MD5 confirms when it is; when it is not, it may be anything else. */
function judgeHeaders(file: Received, { headers }: HttpAnswer, url: URL): Confirmation | null {
  const claim = (name: string) => (headers[name] ?? '').trim().toLowerCase();
  const [sha256, sha1] = [claim('x-checksum-sha256'), claim('x-checksum-sha1')];
  if (/^[0-9a-f]{64}$/.test(sha256)) return judge(sha256, file.sha256, `${url.href} (X-Checksum-SHA256)`);
  if (/^[0-9a-f]{40}$/.test(sha1)) return judge(sha1, file.sha1, `${url.href} (X-Checksum-SHA1)`);
  const tag = md5OfTag(headers.etag);
  return tag !== null && file.md5 !== null && file.md5.toString('hex') === tag ? { kind: 'confirmed' } : null;
}

function judge(expected: string, made: Buffer, by: string): Confirmation {
  return made.toString('hex') === expected ? { kind: 'confirmed' } : { kind: 'contradicted', by, expected };
}

function withoutAnswer(came: Answer, url: URL): Asked {
  if (came.kind === 'absent') return { kind: 'open', why: `${url.href} is not there (status ${came.status})` };
  if (came.kind === 'refused' || came.kind === 'too-long') return { kind: 'open', why: came.sentence };
  const { sentence } = troubleIn(came);
  return { kind: 'trouble', sentence: sentence.replace(/\.$/, '') };
}
