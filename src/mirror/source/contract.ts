import type { ListedFile } from '../inventory/row.ts';

export type { ListedFile };

// What every source promises to a pass. A source lists and fetches; it never judges a byte and never decides what is published. The pass asks
// what a source can tell, never which one it is.

/** What a source can tell of the origin. What it cannot tell is not concluded from its silence. */
export interface Promises {
  /** Sizes of new files are known before they are fetched. */
  readonly sizes: boolean;
  /** Listed times are the origin's own, to the second. */
  readonly times: boolean;
  /** The listing carries MD5 sums, so that a rewrite of the same size and time is seen in it. */
  readonly digests: boolean;
  /** What a complete listing lacks is not at the origin. A source without this never says `complete`. */
  readonly deletions: boolean;
  /** A version is listed when it is whole, and metadata with the sums that belong to it: there is nothing to wait for. */
  readonly atomic: boolean;
  /** It shows all that the origin has, sooner or later. Without, it shows what was asked for, and nothing else may be called absent. */
  readonly listsAll: boolean;
  /** May be asked for whole folders. */
  readonly folders: boolean;
}

export interface ListingRequest {
  /** Fingerprint of a listing that needs no telling: when this one is equal, the outcome says `isKnown`, and what was told does not count. */
  readonly known?: string;
  /** Where an earlier listing ended. Not null: only what is new since is wanted, from a source that can tell; any other lists everything. */
  readonly since: string | null;
  /** What is to be listed whole though nothing is new of it. */
  readonly due: readonly DueUnit[];
}

/** `unit` is a version's folder, or the path of a metadata file or of a loose one, with what hangs on it. */
export interface DueUnit {
  readonly unit: string;
  readonly unitKind: 'version' | 'metadata' | 'loose';
}

/** A name that the source shows and that can never be published as it is. */
export interface OddEntry {
  /** As near to the real name as text can be: bytes that are not UTF-8 as `\#ooo`, in rsync's spelling. */
  readonly name: string;
  /** Why, for people: `link out of the tree -> /etc/passwd`, `segment over 255 bytes`. */
  readonly reason: string;
  /** `unsafe`: reported as `unsafe-path`. `ignored`: reserved for us or no file at all; counted, not reported. */
  readonly weight: 'unsafe' | 'ignored';
}

export interface ListingSink {
  file(file: ListedFile): void;
  odd(entry: OddEntry): void;
  /**
   * A try failed and the listing begins anew: forget what came. A sink that has this may be told entries while the source still lists; any other
   * is told them once no try of the whole can fail any more.
   */
  restart?(): void;
}

/**
 * `complete` is the only listing from which an absence may be concluded. `news` names whole units, and of the others it says nothing. `cursor`
 * is where the next listing may go on, once all of this one is settled; null or absent: it does not say.
 */
export type ListingOutcome =
  | {
      readonly kind: 'complete';
      readonly fingerprint: string;
      readonly isKnown?: true;
      readonly cursor?: string | null;
    }
  | { readonly kind: 'news'; readonly cursor: string | null }
  | { readonly kind: 'partial'; readonly fingerprint: string; readonly unreadable: readonly string[] }
  | SourceTrouble;

/** Why a source could not be used. `retryable` troubles were retried with back-off before this value came to be. */
export interface SourceTrouble {
  readonly kind: 'trouble';
  readonly trouble:
    | 'unreachable'
    | 'timeout'
    | 'refused'
    | 'busy'
    | 'protocol'
    | 'too-large'
    | 'disk-full'
    | 'stopped'
    | 'failed';
  /** One sentence for people, with the source's own words and the exit status where there is one. */
  readonly sentence: string;
}

export interface FetchRequest {
  /** Folders to be taken whole, from a source that promises it; `''` is the whole tree. Every listed file below them is wanted. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** `fresh`: whole files, comparing nothing with what staging holds (a second try after a mismatch). */
  readonly basis: 'staging' | 'fresh' | { readonly seed: string };
  /** Ends the fetch cleanly when it is reached (window, run timeout), epoch milliseconds. */
  readonly deadline: number;
  /** What the plan expects staging to grow by; beyond it the fetch is ended as `too-large`. Without, only the ceiling of a single file holds. */
  readonly ceilingBytes?: number;
}

export type FetchOutcome =
  | { readonly kind: 'fetched'; readonly bytes: number; readonly unreadable: readonly string[] }
  | SourceTrouble;

/** What the mirror holds, for a source that can only ask for one file at a time: what cannot have changed need not be asked for. */
export interface Holdings {
  /** A published file as the origin listed it, and its MD5 as lower-case hex where it was ever made. */
  file(path: string): { readonly size: number; readonly mtime: number; readonly md5: string | null } | null;
  isAnyBelow(folder: string): boolean;
  /** At most `count` paths that come after `path`, in order. */
  pathsAfter(path: string, count: number): string[];
}

/** What a source remembers from one pass to the next, under keys of its own. */
export interface SourceMemory {
  recall(key: string): string | null;
  remember(key: string, value: string): void;
}

/** Whoever made it disposes of it: connections are given up. One that was never asked for anything has none. */
export interface Source extends AsyncDisposable {
  /** For people and for notes: `rsync://origin.example.org/repo/`. Never holds a password. */
  readonly url: string;
  readonly promises: Promises;
  /** Lists the whole tree into `sink`, or what is new in it, in the source's order, constant memory. */
  list(request: ListingRequest, sink: ListingSink, signal: AbortSignal): Promise<ListingOutcome>;
  /**
   * Brings files into staging under their own paths with the source's mtime. `onStaged` names each file once it is whole, also those that
   * staging held already, which are compared by content; after a broken try a file may be named twice, and is then to be read again. Nothing outside staging is touched. What was staged stays staged whatever the outcome.
   */
  fetch(request: FetchRequest, onStaged: (path: string) => void, signal: AbortSignal): Promise<FetchOutcome>;
  /** Names those of `paths` whose bytes at the source differ from the files in `folder`, by content, whatever size and mtime say. */
  differing(
    paths: readonly string[],
    folder: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'compared'; readonly paths: readonly string[] } | SourceTrouble>;
}
