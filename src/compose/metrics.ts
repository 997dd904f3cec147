// What `/-/metrics` tells: the database's own figures, read at each scrape by whichever serve process is asked, then those of all processes.

import type { Config } from '../config/schema.ts';
import type { StatusResult } from '../config/shape/status.ts';
import type { Clock } from '../host/clock.ts';
import { gauge, METRICS_TYPE, type MetricFamily, renderMetrics } from '../host/metrics.ts';
import type { Route } from '../host/route.ts';
import { pushFigures, summarize } from '../mirror/push/push.ts';
import { REPORT_TOPIC } from '../report/deliver.ts';
import { outboxFigures } from '../state/outbox.ts';
import { ALERT_TOPIC } from '../watch/alert/alert.ts';
import { mirrorFigures, ORIGIN, openCrawlStore } from '../watch/crawl/round.ts';
import { incidentFigures, openIncidentStore } from '../watch/incident/incident.ts';
import { PURGE_TOPIC } from './push-target.ts';
import type { Rooms } from './rooms.ts';
import { statusOf } from './status.ts';

interface Look {
  readonly config: Config;
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly status: StatusResult;
}

/** In the order of the page. A room adds its line here: a pure function from its summary to families. */
const FAMILIES: readonly ((look: Look) => MetricFamily[])[] = [
  ({ status }) => freshness(status),
  ({ status }) => treeFigures(status),
  ({ status }) => heldBackFigures(status),
  ({ status }) => signatureFigures(status),
  ({ status }) => scrubFigures(status),
  ({ rooms }) => findingFigures(rooms),
  ({ rooms }) => incidentFigures(openIncidentStore(rooms.database).standing()),
  (look) => crawlFiguresOf(look),
  (look) => pushFiguresOf(look),
  ({ rooms: { outbox } }) =>
    outboxFigures(
      Object.fromEntries([ALERT_TOPIC, REPORT_TOPIC, PURGE_TOPIC].map((topic) => [topic, outbox.state(topic)])),
    ),
];

/** `processes` gives the figures that live in processes and not in the database, added up over all of them. */
export function metricsRoute(
  config: Config,
  rooms: Rooms,
  clock: Clock,
  processes: () => Promise<MetricFamily[]>,
): Route {
  const answer = async () => {
    const look = { config, rooms, clock, status: statusOf(config, rooms, clock) };
    const families = [...FAMILIES.flatMap((familiesOf) => familiesOf(look)), ...(await processes())];
    const headers = {
      'content-type': METRICS_TYPE,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    };
    return { status: 200, headers, body: Buffer.from(await renderMetrics(families), 'utf8') };
  };
  return { method: 'GET', path: '/-/metrics', weight: 'vital', maxBodyBytes: 0, answer };
}

function pushFiguresOf({ config, rooms }: Look): MetricFamily[] {
  if (config.push.length === 0) return [];
  const { lineage } = rooms.inventory.current();
  return pushFigures(config.push.map(({ name }) => summarize(rooms.database, name, lineage)));
}

/** A mirror that the configuration names no more is told of no more. */
function crawlFiguresOf({ config, rooms }: Look): MetricFamily[] {
  if (config.crawl === null) return [];
  const store = openCrawlStore(rooms.database);
  const names = new Set([ORIGIN, ...config.mirrors.map(({ name }) => name)]);
  const isWatched = (name: string) => names.has(name);
  return mirrorFigures(
    store.mirrors().filter(({ name }) => isWatched(name)),
    store.counts().filter(({ mirror }) => isWatched(mirror)),
    store.lastSuccess(),
  );
}

function signatureFigures({ signatures }: StatusResult): MetricFamily[] {
  const classes = Object.entries(signatures.classes).map(([name, files]) => ({
    labels: { class: name },
    value: files,
  }));
  return [
    gauge('assay_signature_files', 'Published files by the class of their best signature.', classes),
    gauge('assay_signature_refusable_files', 'Published files that the keysmap does not allow.', signatures.refusable),
  ];
}

/** The last success stands first: it is the one figure whose alert nobody should do without. */
function freshness(status: StatusResult): MetricFamily[] {
  const attempt = status.last_attempt;
  const sources = status.sources.filter((source) => source.reachable !== null);
  return [
    gauge(
      'assay_last_success_timestamp_seconds',
      'Start of the last good pass: what the tree is at least as new as.',
      secondsOf(status.last_success_at),
    ),
    gauge(
      'assay_last_attempt_timestamp_seconds',
      'Start of the last pass, however it ended.',
      attempt === null ? [] : [{ labels: { outcome: attempt.outcome }, value: secondsOf(attempt.started_at) ?? 0 }],
    ),
    gauge('assay_pass_running', '1 while a pass or another verb writes the tree.', status.running === null ? 0 : 1),
    gauge('assay_paused', '1 while an operator has paused passes.', status.paused === null ? 0 : 1),
    gauge(
      'assay_source_reachable',
      '1 when the last attempt reached the source.',
      sources.map(({ url, reachable }) => ({ labels: { url }, value: reachable ? 1 : 0 })),
    ),
    gauge('assay_build_info', 'The version in its label.', [{ labels: { version: status.version }, value: 1 }]),
  ];
}

function scrubFigures({ scrub }: StatusResult): MetricFamily[] {
  return [
    gauge(
      'assay_scrub_last_end_timestamp_seconds',
      'When the whole tree had last been read again.',
      secondsOf(scrub.last_ended_at),
    ),
    gauge('assay_scrub_running', '1 while a scrub is under way, or was cut short.', scrub.unfinished === null ? 0 : 1),
    gauge('assay_damaged_files', 'Published files that are damaged here and answered 403.', scrub.withheld),
  ];
}

function treeFigures(status: StatusResult): MetricFamily[] {
  return [
    gauge('assay_generation', 'Generation of the published tree.', status.generation),
    gauge('assay_published_files', 'Files that are published.', status.files),
    gauge('assay_published_bytes', 'Bytes that are published.', status.bytes),
    gauge('assay_absent_files', 'Files served still, which the source shows no more.', status.absent),
    gauge('assay_takedowns', 'Takedowns in force.', status.takedowns),
  ];
}

function heldBackFigures(status: StatusResult): MetricFamily[] {
  return [
    gauge('assay_deferred_files', 'Files that wait for something and are tried again by themselves.', status.deferred),
    gauge('assay_quarantine_files', 'Refused files that wait for an operator.', status.quarantine.entries),
    gauge('assay_quarantine_bytes', 'Refused bytes that are kept.', status.quarantine.bytes),
  ];
}

const SEVERITIES = ['critical', 'warning', 'notice'] as const;

function findingFigures(rooms: Rooms): MetricFamily[] {
  const standing = rooms.findings.standing();
  const count = (severity: string, isAcknowledged: boolean) =>
    standing.filter((each) => each.severity === severity && (each.acknowledgedAt !== null) === isAcknowledged).length;
  return [
    gauge(
      'assay_findings',
      'Findings that stand.',
      SEVERITIES.flatMap((severity) =>
        [true, false].map((isAcknowledged) => ({
          labels: { severity, acknowledged: String(isAcknowledged) },
          value: count(severity, isAcknowledged),
        })),
      ),
    ),
  ];
}

function secondsOf(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1000;
}
