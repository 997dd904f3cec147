// Whether clients should be sent to a mirror. Pure.

export type HealthState = 'probation' | 'good' | 'bad' | 'unchecked';

export interface Health {
  readonly state: HealthState;
  /** Epoch milliseconds. */
  readonly since: number;
  /** For people, empty while there is nothing to say. */
  readonly reason: string;
  /** In a row. */
  readonly troubledRounds: number;
  readonly cleanRounds: number;
  /** It had one clean rotation since it was last caught. */
  readonly isProven: boolean;
  /** An integrity trouble was proven: only a clean rotation, or an operator's word, brings it back. */
  readonly isHeld: boolean;
}

export type HealthEvent =
  /** A round came to its end. `unknown`: by our own fault, or because we were asked to go: it counts for neither side. */
  | { readonly kind: 'round'; readonly outcome: 'clean' | 'troubled' | 'unknown'; readonly reason: string }
  | { readonly kind: 'integrity'; readonly reason: string }
  /** Every path was asked once, without an integrity trouble. */
  | { readonly kind: 'rotation' }
  | { readonly kind: 'released'; readonly by: string }
  | { readonly kind: 'opted-out' };

/** Rounds in a row until a mirror is called bad, and good again. */
export const TO_BAD = 4;
export const TO_GOOD = 3;

export function newHealth(now: number): Health {
  return { state: 'probation', since: now, reason: UNPROVEN, ...COUNTS, isProven: false, isHeld: false };
}

const UNPROVEN = 'not one clean rotation yet';
const COUNTS = { troubledRounds: 0, cleanRounds: 0 } as const;

export function nextHealth(health: Health, event: HealthEvent, now: number): Health {
  switch (event.kind) {
    case 'integrity':
      return { ...into(health, 'bad', event.reason, now), isHeld: true, isProven: false, cleanRounds: 0 };
    case 'rotation':
      return health.state === 'bad' && !health.isHeld
        ? { ...health, isProven: true }
        : { ...into(health, 'good', '', now), isProven: true, isHeld: false };
    case 'released':
      return { ...into(health, 'probation', `released by ${event.by}`, now), ...COUNTS, isHeld: false };
    case 'opted-out':
      return { ...into(health, 'unchecked', 'it asked not to be visited', now), ...COUNTS };
    case 'round':
      return afterRound(back(health, now), event.outcome, event.reason, now);
  }
}

/** A mirror that may be visited again begins anew. */
function back(health: Health, now: number): Health {
  return health.state === 'unchecked' ? { ...newHealth(now), isHeld: health.isHeld } : health;
}

function afterRound(health: Health, outcome: 'clean' | 'troubled' | 'unknown', reason: string, now: number): Health {
  if (outcome === 'unknown') return health;
  if (outcome === 'troubled') {
    const counted = { ...health, troubledRounds: health.troubledRounds + 1, cleanRounds: 0 };
    return counted.troubledRounds >= TO_BAD ? into(counted, 'bad', reason, now) : counted;
  }
  const counted = { ...health, troubledRounds: 0, cleanRounds: health.cleanRounds + 1 };
  const mayReturn = counted.state === 'bad' && !counted.isHeld && counted.cleanRounds >= TO_GOOD;
  if (!mayReturn) return counted;
  return counted.isProven ? into(counted, 'good', '', now) : into(counted, 'probation', UNPROVEN, now);
}

function into(health: Health, state: HealthState, reason: string, now: number): Health {
  return { ...health, state, reason, since: health.state === state ? health.since : now };
}
