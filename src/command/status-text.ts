// The page for 3 a.m.: short, the oldest worry first, times with their age.

import type { StatusResult } from '../config/shape/status.ts';
import { daysWords } from './crawl-text.ts';
import { counted, duration, instant, number, size, table, withoutControls } from './text.ts';

const MOST_ENTRIES = 10;

export function statusText(status: StatusResult, now: number): string {
  return [
    `${status.name} (assay ${status.version})`,
    '',
    ...facts(status, now).map(([label, value]) => `  ${label.padEnd(18)}${value}`),
    ...quarantineLines(status, now),
    ...crawlLines(status, now),
    '',
    ...nextLines(status),
  ].join('\n');
}

function facts(status: StatusResult, now: number): [string, string][] {
  const { last_success_at: success, paused, running } = status;
  return [
    ['last good pass', success === null ? 'none yet' : `began ${instant(success, now)}`],
    ['last attempt', attemptWords(status, now)],
    ['passes', pausedWords(paused, now)],
    [
      'now',
      running === null ? 'idle' : `${running.verb} (process ${running.pid}), since ${instant(running.since, now)}`,
    ],
    ...status.sources.map((source): [string, string] => ['origin', originWords(source, now)]),
    ...originSeen(status, now),
    ['tree', `generation ${number(status.generation)}, ${counted(status.files, 'file')}, ${size(status.bytes)}`],
    ['signatures', signatureWords(status)],
    ['waiting', `${counted(status.deferred, 'file')}, tried again by itself`],
    ['absent at origin', `${counted(status.absent, 'file')}, still served`],
    ['last scrub', scrubWords(status, now)],
    ...status.push.map((target): [string, string] => [`push ${target.name}`, pushWords(target, now)]),
    ...reportWords(status, now),
    ['incidents', incidentWords(status)],
    ...alertWords(status),
    ['taken down', number(status.takedowns)],
    ['quarantine', `${number(status.quarantine.entries)} refused, ${size(status.quarantine.bytes)}`],
  ];
}

/** Worst first; what most files are comes last. */
function signatureWords({ signatures: { mode, classes, refusable } }: StatusResult): string {
  if (mode === 'off') return 'not looked at';
  const worst = ['bad', 'malformed', 'revoked-hard', 'no-key', 'unsigned', 'good'];
  const told = worst
    .filter((name) => classes[name] !== undefined)
    .map((name) => `${number(classes[name] ?? 0)} ${name}`);
  const others = Object.entries(classes).filter(([name]) => !worst.includes(name));
  const rest = others.reduce((sum, [, files]) => sum + files, 0);
  const words = [...told, ...(rest > 0 ? [`${number(rest)} others`] : [])];
  const refused =
    refusable > 0 && mode === 'require' ? `; ${number(refusable)} served that would be refused today` : '';
  return words.length === 0 ? `${mode}, nothing judged yet` : `${mode}: ${words.join(', ')}${refused}`;
}

function attemptWords({ last_attempt: attempt }: StatusResult, now: number): string {
  if (attempt === null) return 'none yet';
  const words = `${attempt.outcome}, began ${instant(attempt.started_at, now)}`;
  return attempt.sentence === '' ? words : `${words}: ${attempt.sentence}`;
}

function pausedWords(paused: StatusResult['paused'], now: number): string {
  if (paused === null) return 'run as scheduled';
  const until = paused.until === null ? 'until `assay resume`' : `until ${instant(paused.until, now)}`;
  return `PAUSED since ${instant(paused.since, now)}, ${until}`;
}

function originWords(source: StatusResult['sources'][number], now: number): string {
  if (source.reachable === null || source.asked_at === null) return `${source.url}: not asked yet`;
  const state = source.reachable ? 'answers' : 'DOES NOT ANSWER';
  const words = source.sentence === null ? '' : `: ${source.sentence}`;
  return `${source.url} ${state}, asked ${instant(source.asked_at, now)}${words}`;
}

/** What nobody can see alone: whether it is the origin or our own network. */
function originSeen({ origin }: StatusResult, now: number): [string, string][] {
  if (origin === null || origin.state === 'unknown') return [];
  const since = origin.since === null ? '' : ` since ${instant(origin.since, now)}`;
  return [['origin, by all', `${origin.state}${since}, seen by ${origin.seen_by} of ${origin.of}`]];
}

function reportWords({ report }: StatusResult, now: number): [string, string][] {
  if (report === null) return [];
  const since = report.oldest_waiting_at === null ? '' : `, the oldest since ${instant(report.oldest_waiting_at, now)}`;
  const refused = report.refused === 0 ? '' : `; ${counted(report.refused, 'REFUSED report')}`;
  return [
    ['reports', `${report.waiting === 0 ? 'all delivered' : `${number(report.waiting)} waiting${since}`}${refused}`],
  ];
}

function scrubWords({ scrub }: StatusResult, now: number): string {
  const last = scrub.last_ended_at === null ? 'none yet' : `ended ${instant(scrub.last_ended_at, now)}`;
  const open = scrub.unfinished === null ? '' : `; one is under way, ${counted(scrub.unfinished.files, 'file')} read`;
  const bad = scrub.withheld === 0 ? '' : `; ${counted(scrub.withheld, 'DAMAGED file')}, answered 403`;
  return `${last}${open}${bad}`;
}

function pushWords(target: StatusResult['push'][number], now: number): string {
  const last =
    target.last_success_at === null ? 'none yet' : `last good push began ${instant(target.last_success_at, now)}`;
  const attempt = target.last_attempt;
  const trouble = attempt === null || attempt.sentence === '' ? '' : `; ${attempt.outcome}: ${attempt.sentence}`;
  const owed = target.owed === 0 ? '' : `; OWES ${counted(target.owed, 'object')}`;
  const stale = target.stale === 0 ? '' : `; its CDN is to forget ${counted(target.stale, 'path')}`;
  const objects = target.kind === 's3' ? `, ${counted(target.objects, 'object')}` : '';
  return `${last}, generation ${number(target.generation)}${objects}${trouble}${owed}${stale}`;
}

function quarantineLines({ quarantine }: StatusResult, now: number): string[] {
  if (quarantine.entries === 0) return [];
  const rows = quarantine.newest
    .slice(0, MOST_ENTRIES)
    .map((entry) => [`    ${entry.verdict}`, instant(entry.since, now), entry.path]);
  return [table(['    verdict', 'since', 'path'], rows).trimEnd()];
}

function incidentWords({ incidents: { standing, unacknowledged, critical } }: StatusResult): string {
  if (standing === 0) return 'none stands';
  const worst = critical === 0 ? '' : `, ${number(critical)} CRITICAL`;
  return `${number(standing)} stand; nobody has taken on ${number(unacknowledged)}${worst}`;
}

function alertWords({ alerts }: StatusResult): [string, string][] {
  if (alerts === null) return [];
  const dead = alerts.undeliverable === 0 ? '' : `; ${number(alerts.undeliverable)} UNDELIVERABLE`;
  return [['alerts', `${alerts.waiting === 0 ? 'all delivered' : `${number(alerts.waiting)} waiting`}${dead}`]];
}

/** How each mirror of the world is thought of, and how much of its budget is used. */
function crawlLines({ crawl }: StatusResult, now: number): string[] {
  if (crawl === null) return [];
  const last = crawl.last_round_at === null ? 'none yet' : `began ${instant(crawl.last_round_at, now)}`;
  const rows = crawl.mirrors.map((mirror) => [
    `    ${withoutControls(mirror.name)}`,
    mirror.state,
    mirror.visited_at === null ? '' : instant(mirror.since, now),
    mirror.behind_seconds === null ? '' : mirror.behind_seconds === 0 ? 'no' : duration(mirror.behind_seconds),
    number(mirror.incidents),
    mirror.promise === null ? '' : daysWords(mirror.promise.rotation_days),
    `${number(mirror.requests_today)} of ${number(mirror.requests_per_day)}`,
    withoutControls(mirror.reason),
  ]);
  const head = ['    mirror', 'state', 'since', 'behind', 'incidents', 'rotation', 'requests today', 'why'];
  return [`  ${'last round'.padEnd(18)}${last}`, ...(rows.length === 0 ? [] : [table(head, rows).trimEnd()])];
}

function nextLines(status: StatusResult): string[] {
  const next: string[] = [];
  if (status.quarantine.entries > 0) next.push('Look at what was refused: assay quarantine list');
  if (status.incidents.unacknowledged > 0) next.push('See what is wrong, and take it on: assay incidents list');
  if ((status.alerts?.undeliverable ?? 0) > 0) next.push('Messages do not arrive: assay alerts test');
  if (status.scrub.withheld > 0) next.push('Fetch the damaged files again: assay verify --repair');
  for (const { name } of status.push.filter(({ owed }) => owed > 0))
    next.push(`See what ${name} is owed: assay push ${name}`);
  if (status.paused !== null) next.push('Let passes run again: assay resume');
  if (status.sources.length > 0 && status.sources.every((source) => source.reachable === false)) {
    next.push('The origin is down: nothing to do here, everything goes on being served.');
  }
  if (status.last_success_at === null && status.running === null) next.push('Run the first pass: assay sync');
  return next.length === 0 ? ['Nothing to do.'] : ['What to do:', ...next.map((line) => `  ${line}`)];
}
