// What doctor asks other machines: whether the origin answers, and what time it is there.

import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import { SECOND } from '../host/clock.ts';
import { type HttpOutcome, openHttp, userAgentOf } from '../host/http.ts';
import { answersCheck, type Check, rsyncAnswersCheck } from '../setup/doctor.ts';
import type { PassHost } from './pass-job.ts';
import { ownVersion } from './version.ts';

type SourceConfig = Config['source'][number];

/** One question of the network each: a source that is down is told, and is no reason to wait long. */
export function sourceChecks(config: Config, source: SourceConfig, host: PassHost): Check[] {
  const head = (url: string) => async (signal: AbortSignal) => {
    const outcome = await askHead(url, source.ca_file, config, host, signal);
    return outcome.kind === 'answer' ? outcome.status : outcome.sentence;
  };
  const confirm = source.confirm === null ? [] : [answersCheck('confirmation', source.confirm, head(source.confirm))];
  return [...ofSource(source, head), ...confirm];
}

function ofSource(
  source: SourceConfig,
  head: (url: string) => (signal: AbortSignal) => Promise<number | string>,
): Check[] {
  const { kind, url } = source;
  if (kind === 'http') {
    const asked = source.mode === 'inventory' ? new URL('/-/inventory', url).href : url;
    return [answersCheck('source', asked, head(asked))];
  }
  if (kind === 's3') {
    const endpoint = source.endpoint ?? `https://s3.${source.region}.amazonaws.com/`;
    return [answersCheck('source', endpoint, head(endpoint))];
  }
  // Through ssh the pass itself is the question: its keys are for rsync alone.
  if (source.ssh !== null || !url.startsWith('rsync:')) return [];
  const password =
    source.password_file === null ? null : (readFileSync(source.password_file, 'utf8').split(/[\r\n]/)[0] ?? '');
  return [rsyncAnswersCheck({ url, password })];
}

/** By the Date header of the first HTTPS address that the configuration knows; rsync tells no time. */
export async function timeElsewhere(
  config: Config,
  host: PassHost,
  signal: AbortSignal,
): Promise<{ who: string; offsetMs: number } | null> {
  const addresses = [
    ...config.source.flatMap(({ kind, url, confirm }) => [confirm, kind === 'http' ? url : null]),
    config.crawl?.origin ?? null,
    config.report?.primary ?? null,
  ];
  const url = addresses.find((each) => each?.startsWith('https:') === true) ?? null;
  if (url === null) return null;
  const outcome = await askHead(url, null, config, host, signal);
  if (outcome.kind !== 'answer') return null;
  const told = Date.parse(outcome.headers.date ?? '');
  if (Number.isNaN(told)) return null;
  // Between asking and answer; the header has whole seconds, cut off.
  return { who: new URL(url).host, offsetMs: (outcome.askedAt + outcome.endedAt) / 2 - told - SECOND / 2 };
}

async function askHead(
  url: string,
  caFile: string | null,
  config: Config,
  { clock }: PassHost,
  signal: AbortSignal,
): Promise<HttpOutcome> {
  await using http = openHttp({ userAgent: userAgentOf(ownVersion(), config.contact), clock, chance: () => 0.5 });
  const ca = caFile === null ? null : readFileSync(caFile, 'utf8');
  return await http.ask({ method: 'HEAD', url, ceilingBytes: 0, ca, deadlines: { totalMs: 20 * SECOND } }, signal);
}
