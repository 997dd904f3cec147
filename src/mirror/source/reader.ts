// What a source that asks for one file at a time needs to be able to do; the rest of such a source is the same for all of them.

import type { SourceTrouble } from './contract.ts';

/** What the origin says of a file without sending it. Null: it does not say. */
export interface FileFacts {
  readonly kind: 'facts';
  readonly size: number | null;
  /** Epoch milliseconds, whole seconds. */
  readonly mtime: number | null;
  /** What its ETag may be; lower-case hex. */
  readonly md5: string | null;
}

/** `absent`: it is not there, or not any more. `unreadable`: it is there and this one cannot be had, for people why. */
export type ReadFailure =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly sentence: string }
  | SourceTrouble;

/** Where the bytes of one file go. */
export interface Intake {
  /** Of the file so far. */
  readonly sizeBytes: number;
  /** Waits when bytes come faster than they may. */
  take(chunk: Buffer): void | Promise<void>;
  /** Forgets what came beyond so many bytes, for a try that goes on from there or begins anew. */
  rewind(sizeBytes: number): void;
}

export interface Reader {
  facts(path: string, signal: AbortSignal): Promise<FileFacts | ReadFailure>;
  /** The whole file; on anything but facts the intake may hold a part of it. Rejects with the signal's reason when aborted, and with what the intake threw. */
  read(path: string, into: Intake, ceilingBytes: number, signal: AbortSignal): Promise<FileFacts | ReadFailure>;
}

/** A larger file is refused while it comes, whatever was said of it before. */
export function tooLong(path: string, ceilingBytes: number): ReadFailure {
  return { kind: 'unreadable', sentence: `${path} goes on beyond ${ceilingBytes} bytes` };
}
