// What a CDN is told to forget, and how each of them is told.

import type { Clock } from '../../../host/clock.ts';
import type { HttpClient } from '../../../host/http.ts';
import type { StoreCredentials } from '../../../host/object-store.ts';

interface Common {
  /** The URL of the repository at the CDN, ending with a slash. */
  readonly url: string;
  /** Whether it keeps a 404 for long: then what is new is purged too, not only what changed. */
  readonly absent: boolean;
  /** What Cache-Control lets it keep for so long at the most need not be purged when it changes; 0: everything is. */
  readonly skipSeconds: number;
}

export interface FastlyOptions extends Common {
  readonly kind: 'fastly';
  readonly service: string;
  readonly tokenFile: string;
  /** `key`: by the folder of a path, which the service makes its Surrogate-Key; `url`: one by one. */
  readonly by: 'key' | 'url';
  /** Marks as stale what is asked for again, in place of dropping it. */
  readonly soft: boolean;
  readonly api: string;
}

export interface CloudflareOptions extends Common {
  readonly kind: 'cloudflare';
  readonly zone: string;
  readonly tokenFile: string;
  readonly by: 'url' | 'prefix';
  readonly api: string;
}

export interface CloudfrontOptions extends Common {
  readonly kind: 'cloudfront';
  readonly distribution: string;
  readonly credentials: StoreCredentials;
  /** Null: AWS. */
  readonly api: string | null;
}

export interface CommandOptions extends Common {
  readonly kind: 'command';
  /** Program and arguments. */
  readonly command: readonly string[];
}

export type PurgeOptions = FastlyOptions | CloudflareOptions | CloudfrontOptions | CommandOptions;

export interface PurgeHost {
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** How one request to a CDN ended. `later`: it, or the way to it, is to blame; `refused`: it would never take this one. */
export type Purged =
  | { readonly kind: 'purged' }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** What one request carries; empty items with `everything`. */
export interface Batch {
  readonly what: 'everything' | 'url' | 'key' | 'prefix' | 'path';
  readonly items: readonly string[];
  /** The paths that are settled by it. */
  readonly paths: readonly string[];
}
