// What went wrong for the machine or the programmer. Expected bad news (a verdict, a listing that is cut) is a value, not this.

export interface ErrorDetail {
  readonly cause?: unknown;
  /** What a person does next, one sentence. */
  readonly remedy?: string;
  /** The file, key or repository path that the sentence is about. */
  readonly path?: string;
}

/**
 * A failure with a code that scripts may rely on (README lists every code with its meaning and remedy) and a sentence for people.
 * The cause stays a cause and is never pasted into the sentence.
 */
export class CodedError extends Error {
  readonly code: string;
  readonly remedy: string | null;
  readonly path: string | null;

  constructor(code: string, sentence: string, detail: ErrorDetail = {}) {
    super(sentence, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'CodedError';
    this.code = code;
    this.remedy = detail.remedy ?? null;
    this.path = detail.path ?? null;
  }
}

/** The `code` of a Node.js system error (`ENOSPC`, `EADDRINUSE`), or null for anything else. */
export function systemCode(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return null;
}

const FULL = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'];

/** Whether a file system, a quota or a database had no room for what was written; looks through causes. */
export function isDiskFull(error: unknown): boolean {
  if (FULL.includes(systemCode(error) ?? '')) return true;
  return error instanceof Error && error.cause !== undefined && isDiskFull(error.cause);
}
