import type { StatsIngestResult, StatsTopResult } from '../config/shape/stats.ts';
import { counted, number, size, table } from './text.ts';

export function ingestText({ logs, recounted }: StatsIngestResult): string {
  if (logs.length === 0) return 'No log is named in stats.logs: nothing is measured.';
  const rows = logs.map((log) => [
    log.log,
    number(log.files),
    size(log.bytes),
    number(log.lines),
    number(log.rejected),
    log.error ?? '',
  ]);
  const again = recounted.map(({ log, day, before, after, replaced }) => {
    const change = before === after ? 'the same as before' : replaced ? `replaces ${number(before)}` : 'not taken';
    return `${day}, ${log}: ${counted(after, 'download')}, ${change}\n`;
  });
  return `${table(['log', 'files', 'new', 'lines', 'rejected', ''], rows)}${again.join('')}`;
}

export function topText(result: StatsTopResult): string {
  const { from, to, total, top, traffic } = result;
  if (total === null || traffic === null) return `${from} to ${to}: not measured.`;
  const head = `${from} to ${to}, ${counted(result.measured_days, 'day')} measured: ${counted(total, 'download')}\n`;
  const artifacts = table(
    ['downloads', 'artifact'],
    top.map(({ group, artifact, downloads }) => [number(downloads), `${group}:${artifact}`]),
  );
  const families = Object.entries(traffic.families ?? {}).sort((a, b) => b[1].jars - a[1].jars);
  const programs = table(
    ['jars', 'POMs', 'requests', 'sent', 'program'],
    families.map(([name, each]) => [
      number(each.jars),
      number(each.poms),
      number(each.requests),
      size(each.bytes),
      name,
    ]),
  );
  return `${head}${artifacts}\n${traffic.families === null ? 'By program: not measured.\n' : programs}${deductedText(traffic)}`;
}

/** The second tally never touches the first: it says how much of it somebody wanted. */
function deductedText({ fetched, retries, crawls }: NonNullable<StatsTopResult['traffic']>): string {
  const part = (name: string, what: { jars: number } | null) =>
    `${name} ${what === null ? 'not measured' : number(what.jars)}`;
  return `Of ${counted(fetched.jars, 'jar')} fetched: ${part('retries (estimated)', retries)}, ${part('known crawls', crawls)}.\n`;
}
