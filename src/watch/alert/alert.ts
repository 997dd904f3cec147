// Who is told of incidents, and how. What is to be told goes into the outbox in the transaction that changes the incident, so that nothing is lost
// between the two; how it is delivered is in the channels.

import type { Clock } from '../../host/clock.ts';
import { DAY } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';
import { type StateDatabase, writing } from '../../state/open.ts';
import { type Carried, type Delivery, deliverDue, type Outbox } from '../../state/outbox.ts';
import type { Change, Incident } from '../incident/incident.ts';
import type { Channel } from './channel/channel.ts';
import { decide } from './decide.ts';
import { type AlertBody, type DigestItem, messageOf, type Speaker } from './message.ts';
import { type AlertStore, openAlertStore, type Waiting } from './store.ts';

export { type Alertmanager, alertmanager } from './channel/alertmanager.ts';
export type { Channel, Letter } from './channel/channel.ts';
export { mailChannel } from './channel/mail.ts';
export { webhookChannel } from './channel/webhook.ts';
export { blameWords, messageOf, remedyFor, type Speaker } from './message.ts';
export { type Overdue, overdue } from './overdue.ts';
export { alertSchema } from './schema.ts';

/** Whom to tell: a channel of the configuration, or the contact of a mirror. */
export interface Destination {
  readonly name: string;
  readonly coolDownMs: number;
  /** Only incidents of this mirror; null: all. */
  readonly mirror: string | null;
}

export interface Alerts {
  /** Call inside the transaction that changes the incident. */
  tell(change: Change, now: number): void;
  /** Puts what waited, and whose time has come, into the outbox: alone, or several as one. */
  gather(now: number): void;
  /** Tells once more, as one message, what was told a week ago and stands yet, unless somebody has taken it on. */
  remind(standing: readonly Incident[], now: number): void;
  /** What channels were told of an incident, for its page. */
  deliveries(incident: string): { readonly channel: string; readonly at: number; readonly isOver: boolean }[];
}

export const ALERT_TOPIC = 'alert';
/** Nobody wants to hear of it later. */
const EXPIRES_MS = 2 * DAY;
const MOST_ITEMS = 50;
const REMINDER_MS = 7 * DAY;

export function openAlerts(database: StateDatabase, outbox: Outbox, destinations: readonly Destination[]): Alerts {
  const store = openAlertStore(database);
  return {
    tell(change, now) {
      for (const destination of destinations) tellOne(change, destination, store, outbox, now);
    },
    gather(now) {
      for (const { name } of destinations) {
        writing(database, () => gatherFor(name, store.takeDue(name, now), store, outbox, now));
      }
    },
    remind(standing, now) {
      const untaken = standing.filter(({ acknowledgedAt }) => acknowledgedAt === null);
      for (const { name } of destinations) {
        writing(database, () => remindOne(name, untaken, store, outbox, now));
      }
    },
    deliveries: store.deliveries,
  };
}

function remindOne(
  channel: string,
  standing: readonly Incident[],
  store: AlertStore,
  outbox: Outbox,
  now: number,
): void {
  const forgotten = standing.filter(({ id }) => {
    const told = store.told(channel, id);
    return told !== null && !told.isOver && now - told.at >= REMINDER_MS;
  });
  if (forgotten.length === 0) return;
  const items = forgotten.map((incident): DigestItem => ({ event: 'grew', incident }));
  const more = Math.max(0, items.length - MOST_ITEMS);
  const body: AlertBody = { kind: 'digest', items: items.slice(0, MOST_ITEMS), more, isReminder: true };
  put(forgotten, body, channel, false, store, outbox, now);
}

function tellOne(change: Change, to: Destination, store: AlertStore, outbox: Outbox, now: number): void {
  const { incident, event, finding, isWorthTelling } = change;
  if (to.mirror !== null && (incident.mirror !== to.mirror || incident.blame !== 'mirror')) return;
  const isOver = event === 'resolved';
  if (isOver) store.forgetWaiting(to.name, incident.id);
  else if (!isWorthTelling) return;
  const told = store.told(to.name, incident.id);
  const decision = decide(event, told, store.lately(to.name, now), to.coolDownMs, now);
  const threadKey = told?.firstKey ?? null;
  const body: AlertBody = { kind: 'incident', event, incident, finding, threadKey };
  if (decision.kind === 'now') put([incident], body, to.name, isOver, store, outbox, now);
  if (decision.kind === 'later')
    store.wait({ channel: to.name, incident: incident.id, isOver, body, dueAt: decision.dueAt });
}

/** One message, told of each of its incidents. */
function put(
  incidents: readonly Incident[],
  body: AlertBody,
  channel: string,
  isOver: boolean | ((incident: string) => boolean),
  store: AlertStore,
  outbox: Outbox,
  now: number,
): void {
  const what = incidents.length === 1 ? (incidents[0]?.id ?? '') : `digest of ${incidents.length}`;
  const key = `alert ${channel} ${what} ${now} ${body.kind === 'incident' ? body.event : ''}`.trim();
  outbox.put(
    { topic: ALERT_TOPIC, key, destination: channel, body: JSON.stringify(body), expiresAt: now + EXPIRES_MS },
    now,
  );
  for (const { id } of incidents) {
    store.tell({ channel, incident: id, isOver: typeof isOver === 'boolean' ? isOver : isOver(id), at: now, key });
  }
  store.noteMessage(channel, key, now);
}

/** What was told meanwhile, or is as it was when it was last told, is left out. */
function gatherFor(channel: string, due: readonly Waiting[], store: AlertStore, outbox: Outbox, now: number): void {
  const news = due.filter(({ incident, isOver }) => (store.told(channel, incident)?.isOver ?? true) !== isOver);
  const bodies = news.map(({ body }) => body).filter((body) => body.kind === 'incident');
  const [only] = bodies;
  if (only === undefined) return;
  const over = new Set(news.filter(({ isOver }) => isOver).map(({ incident }) => incident));
  const incidents = bodies.map(({ incident }) => incident);
  const items: DigestItem[] = bodies.map(({ event, incident }) => ({ event, incident }));
  const digest: AlertBody = {
    kind: 'digest',
    items: items.slice(0, MOST_ITEMS),
    more: Math.max(0, items.length - MOST_ITEMS),
  };
  put(incidents, bodies.length === 1 ? only : digest, channel, (id) => over.has(id), store, outbox, now);
}

export interface AlertHost {
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly speaker: Speaker;
}

/** Carries what is due to its channels. A channel that is configured no more takes nothing: what waits for it is dead. */
export function deliverAlerts(
  outbox: Outbox,
  channels: ReadonlyMap<string, Channel>,
  host: AlertHost,
  signal: AbortSignal,
): Promise<Carried> {
  return deliverDue(
    outbox,
    ALERT_TOPIC,
    {
      clock: host.clock,
      send: async (row, until): Promise<Delivery> => {
        const channel = channels.get(row.destination);
        if (channel === undefined) return { kind: 'dead', reason: `there is no channel ${row.destination} any more` };
        const body = JSON.parse(row.body) as AlertBody;
        return await channel.send({ key: row.key, body, message: messageOf(body, host.speaker) }, until);
      },
      onTrouble: ({ destination, attempts }, delivery) =>
        host.logger.warn({ channel: destination, attempts, ...delivery }, 'alert could not be delivered'),
    },
    signal,
  );
}
