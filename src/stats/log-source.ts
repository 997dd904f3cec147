import type { ObjectStore } from '../host/object-store.ts';
import type { LogKind } from './parse/parser.ts';

/** A log to count. */
export interface LogSource {
  /** Names it in the database for as long as it is followed. */
  readonly name: string;
  readonly kind: LogKind;
  readonly place: LogPlace;
  /** nginx's own format, where it is not the usual one. */
  readonly format: string | null;
  /** Further places where the repository is served, `/maven/`. */
  readonly also: readonly string[];
}

/** Files of this machine, by a glob or a path (what was rotated away beside a path belongs to it), or objects of a bucket. */
export type LogPlace =
  | { readonly kind: 'files'; readonly path: string }
  | { readonly kind: 'bucket'; readonly open: () => Promise<ObjectStore>; readonly prefix: string };
