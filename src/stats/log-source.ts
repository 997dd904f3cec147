import type { LogKind } from './parse/parser.ts';

/** A log to count. */
export interface LogSource {
  /** Names it in the database for as long as it is followed. */
  readonly name: string;
  readonly kind: LogKind;
  /** Glob or path; what was rotated away beside a path belongs to it. */
  readonly path: string;
  /** nginx's own format, where it is not the usual one. */
  readonly format: string | null;
  /** Further places where the repository is served, `/maven/`. */
  readonly also: readonly string[];
}
