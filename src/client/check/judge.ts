// What the inventories say of a file that somebody was given. Pure.

/** What one inventory says of a path: the digest of what it publishes there, or null where it has nothing. */
export interface Claim {
  /** Base URL of the installation. */
  readonly against: string;
  readonly sha256: string | null;
}

/**
 * `differs`: somebody publishes other bytes there. `unknown`: nobody publishes anything there. `only-one`: the bytes are those of one installation,
 * and the others, one at least, do not know the path.
 */
export type Standing = 'same' | 'differs' | 'unknown' | 'only-one';

/** `claims` has one entry for each inventory that was read. */
export function standingOf(sha256: string, claims: readonly Claim[]): Standing {
  const said = claims.filter((claim) => claim.sha256 !== null);
  if (said.length === 0) return 'unknown';
  if (said.some((claim) => claim.sha256 !== sha256)) return 'differs';
  return said.length === 1 && claims.length > 1 ? 'only-one' : 'same';
}
