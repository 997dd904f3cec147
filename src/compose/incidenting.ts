// Incidents as verbs and as pages: looked at, taken on, ended. And a trial for every channel.

import { userInfo } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { AlertsTestResult, IncidentPage, IncidentsResult } from '../config/shape/incident.ts';
import { isoTime } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { Delivery } from '../state/outbox.ts';
import { type Letter, messageOf } from '../watch/alert/alert.ts';
import { nextHealth, openCrawlStore } from '../watch/crawl/round.ts';
import { type Incident, type Incidents, incidentJson } from '../watch/incident/incident.ts';
import { findingJson } from './finding-json.ts';
import { foldersOf } from './folders.ts';
import { looking } from './looking.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { clean, type Done, type Outcome } from './verbs.ts';
import { channelsOf, managersOf, openWatch, openWatchHttp, speakerOf, type WatchHost } from './watching.ts';

export interface Word {
  /** For the audit trail and the page of the incident. */
  readonly note: string;
  /** Whoever runs the process, if not said. */
  readonly actor?: string;
}

export interface IncidentVerbs {
  /** Those that stand, or all. */
  incidentsList(config: Config, all: boolean): Promise<Done<IncidentsResult>>;
  incidentsShow(config: Config, id: string): Promise<Done<IncidentPage>>;
  incidentsAcknowledge(config: Config, id: string, word: Word): Promise<Done<IncidentPage>>;
  incidentsResolve(config: Config, id: string, word: Word, signal: AbortSignal): Promise<Done<IncidentPage>>;
  /** A marked trial to every channel. */
  alertsTest(config: Config, signal: AbortSignal): Promise<Done<AlertsTestResult>>;
}

const MOST = 1000;
const EVIDENCE = 50;

export function incidentVerbs(host: WatchHost): IncidentVerbs {
  return {
    incidentsList: async (config, all) => looking(config, (rooms) => listOf(config, rooms, host, all)),
    incidentsShow: async (config, id) => looking(config, (rooms) => pageOf(config, rooms, host, id)),
    incidentsAcknowledge: async (config, id, word) =>
      change(config, host, 'incidents acknowledge', id, word, (incidents, whole, by, now) =>
        incidents.acknowledge(whole, by, word.note, now),
      ),
    async incidentsResolve(config, id, word, signal) {
      const done = change(config, host, 'incidents resolve', id, word, (incidents, whole, by, now, rooms) => {
        const incident = incidents.resolve(whole, by, word.note, now);
        if (incident !== null) release(incident, by, rooms, now);
        return incident;
      });
      // Whoever was told of it is told that it is over.
      await using http = openWatchHttp(config, host);
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      await openWatch(config, rooms, host).afterwards(http, signal);
      return done;
    },
    alertsTest: (config, signal) => tryAll(config, host, signal),
  };
}

export function listOf(config: Config, rooms: Rooms, host: WatchHost, all: boolean): IncidentsResult {
  const { incidents } = openWatch(config, rooms, host);
  const chosen = all ? incidents.latest(MOST) : incidents.standing().toReversed();
  return { incidents: chosen.map(incidentJson) };
}

/** Throws `incident-unknown`. `id` may be its beginning, as long as only one begins so. */
export function pageOf(config: Config, rooms: Rooms, host: WatchHost, id: string): IncidentPage {
  const { incidents, alerts } = openWatch(config, rooms, host);
  const incident = found(incidents, id);
  return {
    incident: incidentJson(incident),
    timeline: incidents.timeline(incident.id).map(({ at, kind, detail }) => ({ at: isoTime(at), kind, detail })),
    evidence: rooms.findings.ofIncident(incident.id, EVIDENCE).map((each) => findingJson(each, incident.id)),
    told: alerts.deliveries(incident.id).map(({ channel, at, isOver }) => ({ channel, at: isoTime(at), over: isOver })),
  };
}

function found(incidents: Incidents, id: string): Incident {
  const whole = incidents.find(id);
  if (whole !== null) return whole;
  const begun = id.length < 4 ? [] : incidents.latest(MOST).filter((each) => each.id.startsWith(id));
  const [only] = begun;
  if (only !== undefined && begun.length === 1) return only;
  throw new CodedError('incident-unknown', `There is no incident ${id}.`, {
    path: id,
    remedy: 'Look at `assay incidents list --all`.',
  });
}

type Act = (incidents: Incidents, id: string, by: string, now: number, rooms: Rooms) => Incident | null;

function change(config: Config, host: WatchHost, action: string, id: string, word: Word, act: Act): Done<IncidentPage> {
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const { incidents } = openWatch(config, rooms, host);
  const incident = found(incidents, id);
  const now = host.clock.now();
  const actor = word.actor ?? userInfo().username;
  if (act(incidents, incident.id, actor, now, rooms) === null) {
    throw new CodedError('incident-over', `The incident ${incident.id} is over already.`, {
      path: incident.id,
      remedy: 'Nothing is to be done.',
    });
  }
  rooms.audit.write({ at: now, actor, action, subject: incident.id, detail: word.note });
  return clean(pageOf(config, rooms, host, incident.id));
}

/** An operator's word brings a mirror back, on probation. */
function release({ mirror }: Incident, by: string, rooms: Rooms, now: number): void {
  const store = openCrawlStore(rooms.database);
  const record = store.mirrors().find(({ name }) => name === mirror);
  if (record?.health.isHeld) store.setHealth(record.name, nextHealth(record.health, { kind: 'released', by }, now));
}

async function tryAll(config: Config, host: WatchHost, signal: AbortSignal): Promise<Done<AlertsTestResult>> {
  await using http = openWatchHttp(config, host);
  const now = host.clock.now();
  const speaker = speakerOf(config);
  const body = { kind: 'trial', at: now } as const;
  const letter: Letter = { key: `trial ${config.name} ${now}`, body, message: messageOf(body, speaker) };
  const channels = channelsOf(config, http, host.clock);
  const managers = new Map(managersOf(config, http));
  const tried = config.alerts.map(async ({ name, kind }) => {
    const delivery: Delivery =
      (await (channels.get(name)?.send(letter, signal) ?? managers.get(name)?.trial(speaker, now, signal))) ??
      ({ kind: 'dead', reason: 'no such channel' } as const);
    return { name, kind, sent: delivery.kind === 'sent', reason: delivery.kind === 'sent' ? null : delivery.reason };
  });
  const result = { channels: await Promise.all(tried) };
  const failed = result.channels.filter(({ sent }) => !sent);
  const outcomes: Outcome[] = failed.length > 0 ? ['could-not'] : ['clean'];
  const problems = failed.map(({ name, reason }) => ({
    code: 'alert-undelivered',
    sentence: `The trial did not arrive at ${name}: ${reason}.`,
    remedy: 'Look at its entry in `alerts`.',
    path: `alerts ${name}`,
  }));
  return { result, problems, outcomes };
}
