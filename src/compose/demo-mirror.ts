// The mirror that the demo shows: the same passes and the same server as the daemon's, started and asked for by the story.

import { faultText } from '../config/fault.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { CrawlReport, DemoBucket, DemoMirror, MirrorRequest, OpenMirror, PushReport } from '../demo/mirror.ts';
import { CodedError } from '../host/error.ts';
import type { LogLevel } from '../host/logger.ts';
import { type CrawlEvent, type CrawlHost, type CrawlRequest, crawlVerbs } from './crawling.ts';
import { pagesForDemo } from './demo-pages.ts';
import { reportForDemo } from './demo-primary.ts';
import { foldersOf } from './folders.ts';
import { type PassHost, passOnce } from './pass-job.ts';
import { progressText } from './progress-text.ts';
import type { BucketTarget, PushHost } from './push-target.ts';
import { pushOnce } from './pushing.ts';
import { openRooms, openRoomsToRead } from './rooms.ts';
import { serve } from './serve-process.ts';
import { startServing } from './serving.ts';
import { syncResult } from './sync.ts';

export interface DemoVerbs {
  /** What the demo shows: starts a mirror as `daemon` does, without its schedule; passes are made when they are asked for. */
  readonly openMirror: OpenMirror;
}

type DemoHost = PassHost & PushHost & CrawlHost;

export function demoVerbs(host: DemoHost): DemoVerbs {
  return {
    openMirror: (request, signal) => openDemoMirror(configOf(request.configFile), request, host, signal),
  };
}

/** As any mirror reads its file, but for the environment: that belongs to the machine's own installation. */
function configOf(file: string): Config {
  const loaded = loadConfig(file, {});
  if (loaded.kind === 'config') return loaded.config;
  const faults = loaded.faults.map((fault) => faultText(fault, file)).join('; ');
  throw new CodedError('demo-config', `The configuration that the demo wrote has faults: ${faults}.`);
}

async function openDemoMirror(
  config: Config,
  request: MirrorRequest,
  host: DemoHost,
  signal: AbortSignal,
): Promise<DemoMirror> {
  const folders = foldersOf(config.data);
  openRooms(folders, Number.POSITIVE_INFINITY)[Symbol.dispose]();
  const stopping = new AbortController();
  const serving = await startServing(config, host, signal);
  const plain = await serve(
    {
      config,
      listen: [request.plainListen],
      tls: null,
      reusePort: false,
      logLevel: host.logger.level as LogLevel,
    },
    stopping.signal,
  );
  const passHost: PassHost = {
    ...host,
    onEvent: (event) => {
      const text = progressText(event);
      if (text !== null) request.progress?.(text);
    },
  };
  return {
    https: serving.urls[0] ?? '',
    http: plain.url,
    async sync(until) {
      const { outcome } = await passOnce(
        config,
        { verb: 'demo', waitSeconds: 30, acceptPlan: null, seed: null, keepsWindow: false },
        passHost,
        until,
      );
      if (outcome.trouble !== null)
        throw new CodedError('demo-pass', `A pass of the demo could not be made: ${outcome.sentence}.`);
      using rooms = openRoomsToRead(folders);
      return syncResult(outcome, rooms);
    },
    push: (to, until) => pushForDemo(config, to, host, until),
    report: (caFile, until) => reportForDemo(config, caFile, passHost, until),
    crawl: (until) => crawlForDemo(configOf(request.configFile), host, until),
    pages: (until) => pagesForDemo(configOf(request.configFile), request.plainListen, passHost, until),
    async stop() {
      await plain.stop();
      stopping.abort();
      await serving.stop();
    },
  };
}

async function pushForDemo(config: Config, to: DemoBucket, host: PushHost, signal: AbortSignal): Promise<PushReport> {
  const target: BucketTarget = {
    ...{ name: 'demo', kind: 's3', bucket: to.bucket, prefix: '', region: 'us-east-1', endpoint: to.endpoint },
    ...{ path_style: true, checksums: 'auto', connections: 16, credentials_file: to.credentialsFile },
    ...{ public_url: null, schedule: 'after-pass', purge: null },
  };
  const request = { verb: 'demo', waitSeconds: 30, acceptPlan: null, reconcile: false };
  const { answer, problems } = await pushOnce(config, target, request, host, signal);
  if (answer.outcome !== 'complete')
    throw new CodedError(
      'demo-push',
      `A push of the demo could not be made: ${problems[0]?.sentence ?? answer.outcome}.`,
    );
  return { objects: answer.objects, bytes: answer.bytes };
}

async function crawlForDemo(config: Config, host: CrawlHost, signal: AbortSignal): Promise<CrawlReport> {
  const findings: CrawlReport['findings'][number][] = [];
  const request: CrawlRequest = {
    ...{ depth: 'sums', sample: null, mirror: null, prefix: '', roundsPerDay: 1, waitSeconds: 30 },
  };
  const onEvent = (event: CrawlEvent) => {
    if (event.kind !== 'finding') return;
    const { mirror, path, verdict } = event.finding;
    findings.push({ mirror: mirror ?? '', path: path ?? '', verdict });
  };
  const { result } = await crawlVerbs(host).crawl(config, request, onEvent, signal);
  const { mirrors, cannot_see, seconds } = result;
  return { findings, mirrors, cannot_see, seconds };
}
