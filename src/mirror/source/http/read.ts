import type { HttpAnswer } from '../../../host/http.ts';
import { md5OfTag } from '../entity-tag.ts';
import { type FileFacts, type Intake, type Reader, type ReadFailure, tooLong } from '../reader.ts';
import { type Answer, type Asker, modifiedAt, troubleIn } from './asker.ts';
import type { WebPlace } from './place.ts';

/** A cut is gone on with from where it was, so often for one file. */
const TRIES = 5;

/** Reads files of a web server by their repository paths. */
export function webReader(place: WebPlace, asker: Asker): Reader {
  return {
    async facts(path, signal) {
      const came = await asker.ask({ method: 'HEAD', url: place.at(path), ceilingBytes: 0 }, signal);
      return came.kind === 'answer' ? factsOf(came.answer, lengthOf(came.answer)) : failureOf(came, path, 0);
    },
    read: (path, into, ceilingBytes, signal) => readFile(place.at(path), path, into, ceilingBytes, asker, signal),
  };
}

async function readFile(
  url: URL,
  path: string,
  into: Intake,
  ceilingBytes: number,
  asker: Asker,
  signal: AbortSignal,
): Promise<FileFacts | ReadFailure> {
  let etag: string | null = null;
  for (let tries = 1; ; tries += 1) {
    const from: number = etag === null ? 0 : into.sizeBytes;
    into.rewind(from);
    const headers: Record<string, string> =
      from > 0 && etag !== null ? { range: `bytes=${from}-`, 'if-range': etag } : {};
    const came = await asker.ask(
      {
        method: 'GET',
        url,
        headers,
        ceilingBytes: ceilingBytes - from,
        sink: (chunk) => into.take(chunk),
        // What a sink has taken is not sent again by the client: we go on from there.
        ...(from === 0 ? {} : { retries: 0 }),
      },
      signal,
    );
    const isPart = came.kind === 'answer' && came.answer.status === 206;
    if (came.kind === 'answer' && isPart === from > 0) return factsOf(came.answer, into.sizeBytes);
    if (tries === TRIES || (came.kind !== 'cut' && came.kind !== 'answer')) return failureOf(came, path, ceilingBytes);
    // The whole file came in answer to the wish for its rest: what is there now is both, and it begins anew without such wishes.
    etag = came.kind === 'cut' && from === 0 ? strongTag(came.answer) : null;
  }
}

/** Only what compares byte by byte may be put together from parts (RFC 9110, 13.1.5). */
function strongTag(answer: HttpAnswer): string | null {
  const tag = answer.headers.etag ?? '';
  return tag.startsWith('"') ? tag : null;
}

function factsOf(answer: HttpAnswer, size: number | null): FileFacts {
  return {
    kind: 'facts',
    size,
    mtime: modifiedAt(answer),
    md5: md5OfTag(answer.headers.etag),
  };
}

function lengthOf(answer: HttpAnswer): number | null {
  const length = answer.headers['content-length'] ?? '';
  return /^\d{1,15}$/.test(length) ? Number(length) : null;
}

function failureOf(came: Answer, path: string, ceilingBytes: number): ReadFailure {
  switch (came.kind) {
    case 'absent':
      return { kind: 'absent' };
    case 'refused':
      return { kind: 'unreadable', sentence: came.sentence };
    case 'too-long':
      return tooLong(path, ceilingBytes);
    default:
      return troubleIn(came);
  }
}
