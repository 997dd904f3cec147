// What caches may do with an answer. `no-transform`: a proxy that recompresses makes the sums wrong.

import { locate } from './layout.ts';

const RELEASED = 'public, max-age=31536000, immutable, no-transform';
const SIDECAR = 'public, max-age=3600, no-transform';
const CHANGING = 'public, max-age=60, no-transform';

/** For 403, 404, 410 and 451: what is held back or not there yet may be there in a minute. */
export const ABSENT_CACHING = 'public, max-age=60';

/**
 * Cache-Control of a published path. Released files are for ever. The sums of released files are not: a wrong one may be put right at the
 * origin, and a cache that kept it for a year would go on failing builds.
 */
export function cachingOf(path: string): string {
  const place = locate(path);
  if (!place.mutable) return RELEASED;
  return place.kind === 'checksum' && place.unitKind === 'version' && !place.snapshot ? SIDECAR : CHANGING;
}
