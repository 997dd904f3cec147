/** One request as a line of a log tells it. A single object is filled again for every line: nobody may keep it. */
export interface Hit {
  /** As it was written, `GET`; empty when the request line is none (a scanner's, or TLS sent to a plain port). */
  method: string;
  /** Path and query as they were asked for, still percent-encoded; every character is one byte. Chosen by whoever sent it. */
  target: string;
  status: number;
  /** Body bytes sent, 0 where the log does not tell. */
  bytes: number;
  /** Seconds since 1970 UTC. */
  second: number;
  /** Address of the client as far as the log has it; empty where it has none. It never leaves the counting. */
  client: string;
  /** User agent, empty where there is none. */
  agent: string;
}

/** Every line is one of these; a comment is what its own format says that is no request (`#Fields: ...`). */
export type LineKind = 'hit' | 'reject' | 'comment';

/** What lines of a kind can tell at all. What they cannot is reported as not measured, never as 0. */
export interface Telling {
  readonly bytes: boolean;
  readonly agents: boolean;
  readonly clients: boolean;
}

export interface LineParser {
  readonly tells: Telling;
  /** `line` is without its line end, a character a byte. Fills `hit` only when it returns `hit`. Throws for nothing. */
  parse(line: string, hit: Hit): LineKind;
}

export function emptyHit(): Hit {
  return { method: '', target: '', status: 0, bytes: 0, second: 0, client: '', agent: '' };
}

/** What stands for an unknown value in every log format that we read. */
export function orEmpty(text: string): string {
  return text === '-' ? '' : text;
}

/** Three digits, or -1. */
export function statusOf(text: string): number {
  return /^[0-9]{3}$/.test(text) ? Number(text) : -1;
}

/** Bytes as a whole number; `-` is none. -1 for anything else. */
export function bytesOf(text: string): number {
  if (text === '-') return 0;
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : -1;
}
