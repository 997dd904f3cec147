// A primary that serves over TLS and a mirror that reports to it, each with an origin of its own that holds the same releases.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { foldersOf } from '../../src/compose/folders.ts';
import { runPrimary } from '../../src/compose/primary.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import { serve } from '../../src/compose/serve-process.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { EnrollResult, ReportSendResult } from '../../src/config/shape/report.ts';
import { freePort } from '../../src/demo/loopback.ts';
import { makeCertificate } from '../../src/demo/world.ts';
import { DAY, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { openState } from '../../src/state/open.ts';
import { temporaryFolder } from './folder.ts';
import { type Mirror, type Sections, startMirror, type Told } from './mirror.ts';

export interface ReportingPair {
  readonly mirror: Mirror;
  readonly primary: Mirror;
  /** Base URL of the primary, with a slash at its end. */
  readonly url: string;
  readonly caFile: string;
  readonly key: EnrollResult;
  /** An access log of the mirror that it counts. */
  readonly log: string;
  /** What the mirror's configuration is, `more` in it. */
  configureMirror(more?: Sections): void;
  configurePrimary(more?: Sections): void;
  /** The primary's server; it does not run before. */
  serve(): Promise<{ stop(): Promise<void> }>;
  /** `report send` as if the pauses of the outbox had gone by, until everything has arrived: a busy machine sheds reports first. */
  send(): Promise<Told<ReportSendResult>>;
  /** What the primary's daemon does each minute. */
  judge(): void;
}

const NAME = 'mirror.example.org';
/** Longer than two looks of the server at its load. */
const REST_MS = 1200;

export async function reportingPair(t: TestContext): Promise<ReportingPair> {
  const home = temporaryFolder(t);
  const made = await makeCertificate({ names: ['localhost'], addresses: ['127.0.0.1'], now: Date.now(), days: 7 });
  const file = (name: string, text: string) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const tls = { certificate: file('cert.pem', made.certificatePem), key: file('key.pem', made.keyPem) };
  const caFile = file('ca.pem', made.caPem);
  const port = await freePort('127.0.0.1');
  const url = `https://127.0.0.1:${port}/`;
  const log = join(home, 'logs', 'access.log');
  mkdirSync(join(home, 'logs'));
  const [mirror, primary] = [await startMirror(t), await startMirror(t)];
  for (const { origin } of [mirror, primary]) origin.release('tool', '1.0');
  const configureMirror = (more: Sections = {}) =>
    mirror.configure({
      name: NAME as never,
      report: { primary: url, key_file: join(home, 'report.key'), ca_file: caFile },
      stats: { logs: [{ kind: 'nginx', path: log }] },
      ...more,
    });
  configureMirror();
  const { result: key } = await mirror.verb<EnrollResult>('enroll');
  const listed = {
    name: NAME,
    url: 'https://mirror.example.org/',
    country: 'DE',
    public_keys: [{ key: key.public_key }],
  };
  const configurePrimary = (more: Sections = {}) =>
    primary.configure({
      name: 'primary.example.org' as never,
      primary: {},
      mirrors: [listed],
      serve: { listen: [`127.0.0.1:${port}`], tls, redirect_http: [], access_log: null },
      ...more,
    });
  configurePrimary();
  await mirror.sync();
  await primary.sync();
  return {
    mirror,
    primary,
    url,
    caFile,
    key,
    log,
    configureMirror,
    configurePrimary,
    serve: async () => {
      const config = configOf(primary);
      const task = {
        config,
        listen: [`127.0.0.1:${port}`],
        tls: { ...tls, also: [], profile: 'modern' as const },
        reusePort: false,
        logLevel: 'silent' as const,
      };
      const server = await serve(task, new AbortController().signal);
      let isStopped = false;
      const stop = async () => {
        if (!isStopped) await server.stop(0);
        isStopped = true;
      };
      t.after(stop);
      return { stop };
    },
    async send() {
      let sent = 0;
      for (let more = 20; ; more -= 1) {
        releaseOutbox(mirror.data);
        const told = await mirror.verb<ReportSendResult>('report', 'send');
        sent += told.result.sent;
        if (more === 0 || told.result.waiting === 0) return { ...told, result: { ...told.result, sent } };
        // The server lives in this process: it sees that it is not busy while the process is not.
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      }
    },
    judge: () => {
      using rooms = openRooms(foldersOf(primary.data), Number.POSITIVE_INFINITY);
      runPrimary(configOf(primary), rooms, { clock: systemClock, logger: makeLogger('silent') });
    },
  };
}

function releaseOutbox(data: string): void {
  const database = openState(join(data, 'state.db'));
  database.exec("UPDATE state_outbox SET not_before = 0 WHERE state = 'due'");
  database.close();
}

/** Midnight of yesterday, UTC. */
export function yesterday(): { readonly at: number; readonly name: string } {
  const at = Math.floor(Date.now() / DAY) * DAY - DAY;
  return { at, name: new Date(at).toISOString().slice(0, 10) };
}

function configOf(mirror: Mirror): Config {
  const loaded = loadConfig(mirror.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}
