import type { StateDatabase } from '../../state/open.ts';
import { BURST_MS, type Told } from './decide.ts';
import type { AlertBody } from './message.ts';

export interface Waiting {
  readonly channel: string;
  readonly incident: string;
  readonly isOver: boolean;
  readonly body: AlertBody;
  readonly dueAt: number;
}

interface ToldBefore extends Told {
  /** Key of the first message about this incident. */
  readonly firstKey: string;
}

export interface AlertStore {
  told(channel: string, incident: string): ToldBefore | null;
  tell(told: { channel: string; incident: string; isOver: boolean; at: number; key: string }): void;
  /** When messages went to a channel lately, the oldest first. */
  lately(channel: string, now: number): number[];
  noteMessage(channel: string, key: string, now: number): void;
  /** The newest of an incident takes the place of what waited before. */
  wait(waiting: Waiting): void;
  forgetWaiting(channel: string, incident: string): void;
  /** All that waits for a channel, once the first of it is due. */
  takeDue(channel: string, now: number): Waiting[];
  deliveries(incident: string): { channel: string; at: number; isOver: boolean }[];
}

export function openAlertStore(database: StateDatabase): AlertStore {
  return { ...toldStatements(database), ...waitingStatements(database) };
}

function toldStatements(database: StateDatabase): Omit<AlertStore, 'wait' | 'forgetWaiting' | 'takeDue'> {
  const told = database.prepare<[string, string], { at: number; is_over: number; first_key: string }>(
    'SELECT at, is_over, first_key FROM alert_told WHERE channel = ? AND incident = ?',
  );
  const tell = database.prepare(
    `INSERT INTO alert_told VALUES (@channel, @incident, @isOver, @at, @key, @key)
     ON CONFLICT (channel, incident) DO UPDATE SET is_over = excluded.is_over, at = excluded.at, key = excluded.key`,
  );
  const lately = database.prepare<[string, number], { at: number }>(
    'SELECT at FROM alert_message WHERE channel = ? AND at > ? ORDER BY at',
  );
  const note = database.prepare<[string, number, string]>('INSERT OR IGNORE INTO alert_message VALUES (?, ?, ?)');
  const forget = database.prepare<[string, number]>('DELETE FROM alert_message WHERE channel = ? AND at <= ?');
  const deliveries = database.prepare<[string], { channel: string; at: number; is_over: number }>(
    'SELECT channel, at, is_over FROM alert_told WHERE incident = ? ORDER BY channel',
  );
  return {
    told(channel, incident) {
      const row = told.get(channel, incident);
      return row === undefined ? null : { at: row.at, isOver: row.is_over === 1, firstKey: row.first_key };
    },
    tell: (row) => {
      tell.run({ ...row, isOver: row.isOver ? 1 : 0 });
    },
    lately: (channel, now) => lately.all(channel, now - BURST_MS).map(({ at }) => at),
    noteMessage: (channel, key, now) => {
      forget.run(channel, now - BURST_MS);
      note.run(channel, now, key);
    },
    deliveries: (incident) =>
      deliveries.all(incident).map(({ channel, at, is_over }) => ({ channel, at, isOver: is_over === 1 })),
  };
}

function waitingStatements(database: StateDatabase): Pick<AlertStore, 'wait' | 'forgetWaiting' | 'takeDue'> {
  const wait = database.prepare(
    `INSERT INTO alert_waiting VALUES (@channel, @incident, @isOver, @body, @dueAt)
     ON CONFLICT (channel, incident) DO UPDATE SET is_over = excluded.is_over, body = excluded.body`,
  );
  const forgetOne = database.prepare<[string, string]>('DELETE FROM alert_waiting WHERE channel = ? AND incident = ?');
  const isDue = database.prepare<[string, number], { incident: string }>(
    'SELECT incident FROM alert_waiting WHERE channel = ? AND due_at <= ? LIMIT 1',
  );
  const all = database.prepare<[string], { incident: string; is_over: number; body: string; due_at: number }>(
    'SELECT incident, is_over, body, due_at FROM alert_waiting WHERE channel = ? ORDER BY due_at, incident',
  );
  const forgetAll = database.prepare<[string]>('DELETE FROM alert_waiting WHERE channel = ?');
  return {
    wait: ({ isOver, body, ...rest }) => {
      wait.run({ ...rest, isOver: isOver ? 1 : 0, body: JSON.stringify(body) });
    },
    forgetWaiting: (channel, incident) => {
      forgetOne.run(channel, incident);
    },
    takeDue(channel, now) {
      if (isDue.get(channel, now) === undefined) return [];
      const rows = all.all(channel);
      forgetAll.run(channel);
      return rows.map(({ incident, is_over, body, due_at }) => ({
        ...{ channel, incident, isOver: is_over === 1, dueAt: due_at },
        body: JSON.parse(body) as AlertBody,
      }));
    },
  };
}
