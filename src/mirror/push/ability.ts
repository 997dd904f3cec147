// What a store does with what we ask of it. Found out, not believed: stores that speak S3 differ most in what they silently ignore.

import { createHash } from 'node:crypto';
import {
  isOfTheStore,
  md5OfEtag,
  type ObjectStore,
  type PutRequest,
  type StoreFault,
} from '../../host/object-store.ts';
import { PROBE_KEY } from './probe.ts';
import { type AskStatus, statusOfAbsent, wrongAbsence } from './public-face.ts';

/** `honoured`: as AWS does; `ignored`: it says yes and does not do it; `refused`: it says that it cannot. */
export type Answered = 'honoured' | 'ignored' | 'refused';

export interface Ability {
  /** `If-None-Match: *`. Where it is not honoured each released object is asked for before it is written. */
  readonly conditional: Answered;
  readonly md5: Answered;
  readonly sha256: Answered;
  /** The ETag of an object that was put whole is the MD5 of its bytes: not where the store encrypts with keys of its own. */
  readonly etagIsMd5: boolean;
  /** What clients are answered for what is not there; null where that cannot be told from here. */
  readonly absentStatus: number | null;
}

const PROBE = Buffer.from('assay asks this store what it can do\n', 'utf8');
const OTHER = Buffer.from('other bytes', 'utf8');

/** Five small writes of one key of ours, and two questions as a client asks them. A fault is one that every push would meet: wrong keys, no bucket, no way there. */
export async function probeAbility(
  store: ObjectStore,
  prefix: string,
  askPublic: AskStatus | null,
  signal: AbortSignal,
): Promise<Ability | StoreFault> {
  const key = prefix + PROBE_KEY;
  const put = (request: Partial<PutRequest>) =>
    store.put(key, PROBE, { contentType: 'text/plain', cacheControl: 'no-store', metadata: {}, ...request }, signal);
  const md5 = digest('md5', PROBE);
  const plain = await put({});
  if (plain.kind !== 'put') return plain;
  const conditional = await put({ onlyIfAbsent: true });
  const wrongMd5 = await put({ md5: digest('md5', OTHER) });
  const rightSha256 = await put({ sha256: digest('sha256', PROBE) });
  const wrongSha256 = await put({ sha256: digest('sha256', OTHER) });
  for (const answer of [conditional, wrongMd5, rightSha256, wrongSha256]) {
    // It says nothing about what was asked.
    if (answer.kind !== 'put' && isOfTheStore(answer)) return answer;
  }
  return {
    conditional: conditional.kind === 'exists' ? 'honoured' : conditional.kind === 'put' ? 'ignored' : 'refused',
    md5: wrongMd5.kind === 'put' ? 'ignored' : 'honoured',
    sha256: rightSha256.kind !== 'put' ? 'refused' : wrongSha256.kind === 'put' ? 'ignored' : 'honoured',
    etagIsMd5: md5OfEtag(plain.etag) === md5.toString('hex'),
    absentStatus: askPublic === null ? null : await statusOfAbsent(askPublic, signal),
  };
}

/** What an operator should know of a store, a sentence each; nothing of one that does all. */
export function shortcomingsOf(ability: Ability): string[] {
  const sentences: string[] = [];
  if (ability.conditional !== 'honoured') {
    const word = ability.conditional === 'ignored' ? 'ignores' : 'refuses';
    sentences.push(
      `the store ${word} conditional writes: each released object is asked for before it is written, which another writer may slip through`,
    );
  }
  if (ability.md5 !== 'honoured' && ability.sha256 !== 'honoured') {
    const left = ability.etagIsMd5
      ? 'its ETags are compared instead'
      : 'what is damaged on the way is found by a crawl alone';
    sentences.push(`the store compares no sum of what arrives: ${left}`);
  }
  const absence = wrongAbsence(ability.absentStatus);
  return absence === null ? sentences : [...sentences, absence];
}

function digest(algorithm: 'md5' | 'sha256', bytes: Uint8Array): Buffer {
  return createHash(algorithm).update(bytes).digest();
}
