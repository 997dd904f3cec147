// At-least-once delivery. A message is put in the same transaction that changes the state it tells of; whoever carries it away claims it first,
// which is the only way to see it. After a crash in the middle of a delivery the claim runs out and the message is delivered again: its key,
// from which Message-ID or Idempotency-Key are made, lets the receiver know it for the same.

import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../host/clock.ts';
import { type StateDatabase, writing } from './open.ts';

export { outboxFigures } from './outbox-figures.ts';
export { stateSchema } from './schema.ts';

export interface OutboxMessage {
  /** Who delivers it: `alert`, `report`, `purge`. */
  readonly topic: string;
  /** The same key is the same message: put twice, it is sent once. Keys of what was sent are known for `KEPT_MS`. */
  readonly key: string;
  /** A channel, a primary, a CDN: what waits together when it does not answer. */
  readonly destination: string;
  readonly body: string;
  /** Epoch milliseconds; now if not said. */
  readonly notBefore?: number;
  /** From then on it is dead instead of late. */
  readonly expiresAt: number;
}

export interface OutboxRow {
  readonly topic: string;
  readonly key: string;
  readonly destination: string;
  readonly body: string;
  /** This delivery included. */
  readonly attempts: number;
  readonly putAt: number;
  readonly expiresAt: number;
}

/** How a delivery ended. `later`: the destination, not the message, is to blame; `dead`: it would never take this one. Reasons are for people. */
export type Delivery =
  | { readonly kind: 'sent' }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: 'dead'; readonly reason: string };

export interface OutboxState {
  readonly due: number;
  readonly dead: number;
  /** Put when, the oldest that still waits; null when nothing does. */
  readonly oldestDueAt: number | null;
}

export interface DeadRow {
  readonly topic: string;
  readonly key: string;
  readonly destination: string;
  readonly lastError: string;
  readonly settledAt: number;
}

export interface Outbox {
  /** Call inside the write transaction that changes what the message tells of. False when the key is there already: nothing is changed then. */
  put(message: OutboxMessage, now: number): boolean;
  /** Destinations of a topic for which something is due. */
  destinations(topic: string, now: number): string[];
  /** The oldest due message for a destination, which nobody else gets before its claim has run out; null when there is none. */
  claim(topic: string, destination: string, now: number): OutboxRow | null;
  settle(row: OutboxRow, delivery: Delivery, now: number): void;
  /** Of one topic, or of all. */
  state(topic?: string): OutboxState;
  dead(topic: string): DeadRow[];
  /** A dead message is tried again at once, until `expiresAt`. False when there is none of that key. */
  revive(key: string, expiresAt: number, now: number): boolean;
}

/** Longer than any delivery may take: who claimed a message and has not settled it by then has died. */
const CLAIM_MS = 5 * MINUTE;
const FIRST_PAUSE_MS = 30 * SECOND;
const LONGEST_PAUSE_MS = 1 * HOUR;
const KEPT_MS = 30 * DAY;
const ERROR_CEILING = 500;

export function openOutbox(database: StateDatabase): Outbox {
  return { ...carrying(database), ...looking(database) };
}

function carrying(database: StateDatabase): Pick<Outbox, 'put' | 'claim' | 'settle' | 'revive'> {
  const insert = database.prepare(
    `INSERT INTO state_outbox (topic, key, destination, body, state, attempts, not_before, expires_at, put_at)
     VALUES (@topic, @key, @destination, @body, 'due', 0, @notBefore, @expiresAt, @now) ON CONFLICT (key) DO NOTHING`,
  );
  const oldest = database.prepare<[string, string, number], OutboxRow>(
    `SELECT topic, key, destination, body, attempts + 1 AS attempts, put_at AS putAt, expires_at AS expiresAt FROM state_outbox
     WHERE state = 'due' AND topic = ? AND destination = ? AND not_before <= ? ORDER BY id LIMIT 1`,
  );
  const hold = database.prepare<[number, string]>(
    'UPDATE state_outbox SET attempts = attempts + 1, not_before = ? WHERE key = ?',
  );
  const end = database.prepare<['sent' | 'dead', string | null, number, string]>(
    'UPDATE state_outbox SET state = ?, last_error = ?, settled_at = ? WHERE key = ?',
  );
  const putOff = database.prepare<[number, string, string]>(
    'UPDATE state_outbox SET not_before = ?, last_error = ? WHERE key = ?',
  );
  const forget = database.prepare<[number]>('DELETE FROM state_outbox WHERE settled_at IS NOT NULL AND settled_at < ?');
  const revive = database.prepare<[number, number, string]>(
    `UPDATE state_outbox SET state = 'due', not_before = ?, expires_at = ?, settled_at = NULL, attempts = 0
     WHERE key = ? AND state = 'dead'`,
  );
  return {
    put: (message, now) => insert.run({ notBefore: now, ...message, now }).changes > 0,
    claim: (topic, destination, now) =>
      writing(database, () => {
        const row = oldest.get(topic, destination, now) ?? null;
        if (row !== null) hold.run(now + CLAIM_MS, row.key);
        return row;
      }),
    settle(row, delivery, now) {
      writing(database, () => {
        const { key, expiresAt } = row;
        const next = nextOf(row, delivery, now);
        if (next.kind === 'due') putOff.run(Math.min(next.at, expiresAt), next.reason, key);
        else end.run(next.kind, next.reason, now, key);
        forget.run(now - KEPT_MS);
      });
    },
    revive: (key, expiresAt, now) => writing(database, () => revive.run(now, expiresAt, key).changes > 0),
  };
}

type Next =
  | { readonly kind: 'sent'; readonly reason: null }
  | { readonly kind: 'dead'; readonly reason: string }
  | { readonly kind: 'due'; readonly reason: string; readonly at: number };

/** What becomes of a message after a delivery. Pure. */
function nextOf(row: OutboxRow, delivery: Delivery, now: number): Next {
  if (delivery.kind === 'sent') return { kind: 'sent', reason: null };
  const reason = delivery.reason.slice(0, ERROR_CEILING);
  if (delivery.kind === 'dead') return { kind: 'dead', reason };
  if (now >= row.expiresAt) return { kind: 'dead', reason: `expired after ${row.attempts} attempts: ${reason}` };
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(row.attempts - 1, 10), LONGEST_PAUSE_MS);
  return { kind: 'due', reason, at: now + Math.max(pause, delivery.retryAfterMs ?? 0) };
}

function looking(database: StateDatabase): Pick<Outbox, 'destinations' | 'state' | 'dead'> {
  const destinations = database.prepare<[string, number], { destination: string }>(
    "SELECT DISTINCT destination FROM state_outbox WHERE state = 'due' AND topic = ? AND not_before <= ? ORDER BY destination",
  );
  const state = database.prepare<{ topic: string | null }, OutboxState>(
    `SELECT count(*) FILTER (WHERE state = 'due') AS due, count(*) FILTER (WHERE state = 'dead') AS dead,
       min(put_at) FILTER (WHERE state = 'due') AS oldestDueAt
     FROM state_outbox WHERE state <> 'sent' AND (@topic IS NULL OR topic = @topic)`,
  );
  const dead = database.prepare<[string], DeadRow>(
    `SELECT topic, key, destination, last_error AS lastError, settled_at AS settledAt FROM state_outbox
     WHERE state = 'dead' AND topic = ? ORDER BY settled_at DESC, id DESC LIMIT 100`,
  );
  return {
    destinations: (topic, now) => destinations.all(topic, now).map((row) => row.destination),
    state: (topic) => state.get({ topic: topic ?? null }) ?? { due: 0, dead: 0, oldestDueAt: null },
    dead: (topic) => dead.all(topic),
  };
}

export interface Carrier {
  readonly clock: Pick<Clock, 'now'>;
  /** Delivers one message; `signal` is aborted when that takes too long. What it throws counts as `later`. */
  send(row: OutboxRow, signal: AbortSignal): Promise<Delivery>;
  /** Told of each delivery that did not succeed. */
  readonly onTrouble?: (row: OutboxRow, delivery: Delivery) => void;
}

export interface Carried {
  readonly sent: number;
  readonly later: number;
  readonly dead: number;
}

/** A job that goes on for ever would never be seen to end. */
const MOST_A_RUN = 1000;
/** Ends well before the claim does. */
const SEND_DEADLINE_MS = 2 * MINUTE;

/**
 * Delivers what is due of a topic: all destinations at once, the messages of each in the order in which they were put, until one of them has to
 * wait. A message that waited is overtaken by younger ones: it must tell by itself when it is from. Ends early, and claims nothing more, when
 * `signal` is aborted.
 */
export async function deliverDue(
  outbox: Outbox,
  topic: string,
  carrier: Carrier,
  signal: AbortSignal,
): Promise<Carried> {
  const total = { sent: 0, later: 0, dead: 0 };
  const carryTo = async (destination: string) => {
    for (let done = 0; done < MOST_A_RUN && !signal.aborted; done += 1) {
      const row = outbox.claim(topic, destination, carrier.clock.now());
      if (row === null) return;
      const delivery = await attempt(row, carrier, signal);
      // Stopped in the middle: it may have arrived or not. The claim runs out, and it is sent again.
      if (signal.aborted && delivery.kind === 'later') return;
      outbox.settle(row, delivery, carrier.clock.now());
      total[delivery.kind] += 1;
      if (delivery.kind !== 'sent') carrier.onTrouble?.(row, delivery);
      if (delivery.kind === 'later') return;
    }
  };
  await Promise.all(outbox.destinations(topic, carrier.clock.now()).map(carryTo));
  return total;
}

async function attempt(row: OutboxRow, carrier: Carrier, signal: AbortSignal): Promise<Delivery> {
  if (carrier.clock.now() >= row.expiresAt && row.attempts > 1) {
    return { kind: 'dead', reason: `expired after ${row.attempts - 1} attempts` };
  }
  try {
    return await carrier.send(row, AbortSignal.any([signal, AbortSignal.timeout(SEND_DEADLINE_MS)]));
  } catch (error) {
    return { kind: 'later', reason: error instanceof Error ? error.message : String(error) };
  }
}
