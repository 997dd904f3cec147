// Incidents and alerts as the configuration describes them: who is told, and what happens after each pass, scrub and round.

import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { FindingRecord } from '../finding/record.ts';
import { type Clock, MINUTE } from '../host/clock.ts';
import { systemCode } from '../host/error.ts';
import { type HttpClient, openHttp, userAgentOf } from '../host/http.ts';
import type { Delivery } from '../state/outbox.ts';
import {
  type Alertmanager,
  type Alerts,
  alertmanager,
  type Channel,
  type Destination,
  deliverAlerts,
  mailChannel,
  openAlerts,
  type Speaker,
  webhookChannel,
} from '../watch/alert/alert.ts';
import { type Incidents, isWorthTelling, openIncidents } from '../watch/incident/incident.ts';
import type { PassHost } from './pass-job.ts';
import type { Rooms } from './rooms.ts';
import { ownVersion } from './version.ts';

type AlertConfig = Config['alerts'][number];
type MailConfig = Extract<AlertConfig, { kind: 'mail' }>;

export interface Watch {
  readonly incidents: Incidents;
  readonly alerts: Alerts;
  /** Gathers what stands, resolves what is over, and sends what is due. What cannot be delivered waits. */
  afterwards(http: HttpClient, signal: AbortSignal): Promise<void>;
}

export type WatchHost = Pick<PassHost, 'clock' | 'logger'>;

export function openWatch(config: Config, rooms: Rooms, host: WatchHost): Watch {
  const alerts = openAlerts(rooms.database, rooms.outbox, destinationsOf(config));
  const logger = host.logger.child({ room: 'watch' });
  const incidents = openIncidents(rooms.database, rooms.findings, (change, now) => {
    alerts.tell(change, now);
    const { id, verdict, severity, mirror, path } = change.incident;
    logger.info({ incident: id, verdict, severity, mirror, path }, `incident ${change.event}`);
  });
  const speaker = speakerOf(config);
  return {
    incidents,
    alerts,
    async afterwards(http, signal) {
      const now = host.clock.now();
      incidents.reconcile(now);
      alerts.gather(now);
      alerts.remind(incidents.standing(), now);
      await deliverAlerts(
        rooms.outbox,
        channelsOf(config, http, host.clock),
        { clock: host.clock, logger, speaker },
        signal,
      );
      for (const [name, manager] of managersOf(config, http)) {
        const delivery = await postStanding(manager, incidents, rooms.findings, speaker, now, signal);
        if (delivery.kind !== 'sent')
          logger.warn({ channel: name, ...delivery }, 'standing incidents could not be posted');
      }
    },
  };
}

/** Says who we are to mirrors and to those who are told of them. Closed by whoever opens it. */
export function openWatchHttp(config: Config, { clock }: Pick<WatchHost, 'clock'>): HttpClient {
  const most = Math.max(4, ...config.mirrors.map(({ budget }) => budget.connections ?? 0));
  const connections = Math.max(most, config.crawl?.budget.connections ?? 0);
  return openHttp({
    userAgent: userAgentOf(ownVersion(), config.contact),
    clock,
    // Nothing here is retried by the client itself.
    chance: () => 0,
    connections,
  });
}

export function speakerOf(config: Config): Speaker {
  return { name: config.name, pages: config.serve === null ? null : `https://${config.name}/` };
}

/** A channel of the file, and the contact of each mirror that has one, through the first mail channel. */
function destinationsOf(config: Config): Destination[] {
  const own = config.alerts.flatMap((alert) =>
    alert.kind === 'alertmanager'
      ? []
      : [{ name: alert.name, coolDownMs: alert.cool_down_minutes * MINUTE, mirror: null }],
  );
  const mail = firstMail(config);
  if (mail === null) return own;
  const coolDownMs = mail.cool_down_minutes * MINUTE;
  const contacts = config.mirrors
    .filter(({ contact, mail_incidents }) => contact !== null && mail_incidents)
    .map(({ name }) => ({ name: contactName(name), coolDownMs, mirror: name }));
  return [...own, ...contacts];
}

/** No name of the file has a blank in it. */
function contactName(mirror: string): string {
  return `contact of ${mirror}`;
}

function firstMail(config: Config): MailConfig | null {
  return config.alerts.find((alert): alert is MailConfig => alert.kind === 'mail') ?? null;
}

export function channelsOf(config: Config, http: HttpClient, clock: Clock): Map<string, Channel> {
  const channels = new Map<string, Channel>();
  for (const alert of config.alerts) {
    if (alert.kind === 'mail')
      channels.set(
        alert.name,
        usable(() => mailOf(alert, alert.to, config, clock)),
      );
    if (alert.kind === 'webhook')
      channels.set(
        alert.name,
        usable(() => webhookOf(alert, http)),
      );
  }
  const mail = firstMail(config);
  for (const { name, contact } of config.mirrors) {
    if (mail !== null && contact !== null)
      channels.set(
        contactName(name),
        usable(() => mailOf(mail, [contact], config, clock)),
      );
  }
  return channels;
}

export function managersOf(config: Config, http: HttpClient): [string, Alertmanager][] {
  return config.alerts.flatMap((alert) =>
    alert.kind === 'alertmanager'
      ? [[alert.name, alertmanager({ url: alert.url, ca: textOf(alert.ca_file) }, http)]]
      : [],
  );
}

function mailOf(mail: MailConfig, to: readonly string[], config: Config, clock: Clock): Channel {
  const { smtp, user, from, password_file: file } = mail;
  const password = file === null ? null : secretOf(file);
  return mailChannel({ smtp, user, password, from, to, ca: textOf(mail.ca_file), name: config.name }, clock);
}

function webhookOf(hook: Extract<AlertConfig, { kind: 'webhook' }>, http: HttpClient): Channel {
  const secret = hook.secret_file === null ? null : secretOf(hook.secret_file);
  return webhookChannel({ url: hook.url, secret, template: templateOf(hook.template), ca: textOf(hook.ca_file) }, http);
}

function templateOf(template: string | null) {
  if (template === null) return { kind: 'own' } as const;
  if (template === 'slack' || template === 'mattermost') return { kind: 'text' } as const;
  if (template === 'discord') return { kind: 'content' } as const;
  return { kind: 'file', json: readFileSync(template, 'utf8') } as const;
}

/** A file that cannot be read is a reason to try again: an operator mends it, and what waited is sent. */
function usable(make: () => Channel): Channel {
  try {
    return make();
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    const path = error instanceof Error && 'path' in error ? String(error.path) : 'a file';
    return { send: async () => ({ kind: 'later', reason: `${path} cannot be read (${code})` }) };
  }
}

function secretOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}

export function textOf(file: string | null): string | null {
  return file === null ? null : readFileSync(file, 'utf8');
}

const OVER_FOR_MS = 5 * MINUTE;

/** What stands and nobody has taken on, and for a while what is over: what is posted no more ends there by itself. */
function postStanding(
  manager: Alertmanager,
  incidents: Incidents,
  findings: Pick<FindingRecord, 'ofIncident'>,
  speaker: Speaker,
  now: number,
  signal: AbortSignal,
): Promise<Delivery> {
  const standing = incidents
    .standing()
    .filter((incident) => incident.acknowledgedAt === null && isWorthTelling(incident));
  const over = incidents.latest(100).filter(({ resolvedAt }) => resolvedAt !== null && resolvedAt > now - OVER_FOR_MS);
  const all = [...standing, ...over].map((incident) => ({
    incident,
    finding: findings.ofIncident(incident.id, 1)[0] ?? null,
  }));
  return all.length === 0 ? Promise.resolve({ kind: 'sent' }) : manager.post(all, speaker, now, signal);
}
