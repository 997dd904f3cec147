// The primary of the demo: a second installation beside the mirror, which enrols it and hears its reports. It has no tree of its own.

import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { DemoPrimary } from '../demo/mirror.ts';
import { SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { makeKey } from '../operator/key.ts';
import { openListStore } from '../primary/mirror-list.ts';
import { foldersOf } from './folders.ts';
import type { PassHost } from './pass-job.ts';
import { runPrimary } from './primary.ts';
import { sendReports } from './reporting.ts';
import { openRooms } from './rooms.ts';
import { startServing } from './serving.ts';

/** Longer than a serve process keeps the lines of its log. */
const LOG_SETTLES_MS = 1.5 * SECOND;
const ANY_VERSION = { assay: null, node: null, openssl: null };

export async function reportForDemo(
  config: Config,
  caFile: string,
  host: PassHost,
  signal: AbortSignal,
): Promise<DemoPrimary> {
  const home = dirname(config.data);
  const keyFile = join(home, 'report.key');
  const primaryConfig = primaryFor(config, home, makeKey(keyFile).publicKey);
  openRooms(foldersOf(primaryConfig.data), Number.POSITIVE_INFINITY)[Symbol.dispose]();
  const serving = await startServing(primaryConfig, host, signal);
  try {
    const url = serving.urls[0] ?? '';
    await logSettled(config, host, signal);
    const { result, problems } = await sendReports(mirrorFor(config, url, keyFile, caFile), host, signal);
    if (result.waiting + result.dead > 0)
      throw new CodedError('demo-report', `A report of the demo was not taken: ${problems[0]?.sentence}`);
    using rooms = openRooms(foldersOf(primaryConfig.data), Number.POSITIVE_INFINITY);
    runPrimary(primaryConfig, rooms, host);
    // All days: the story may be told across midnight.
    const downloads = rooms.counts.whole('all')?.total ?? 0;
    const mirrors = openListStore(rooms.database).current()?.mirrors ?? [];
    return { url, reports: result.sent, downloads, mirrors, stop: () => serving.stop() };
  } catch (error) {
    await serving.stop();
    throw error;
  }
}

function primaryFor(config: Config, home: string, publicKey: string): Config {
  const { serve, name } = config;
  const mirror = {
    ...{
      name,
      url: `https://${name}/`,
      country: null,
      operated_by: 'community',
      contact: config.contact,
      bandwidth_mbit: null,
    },
    ...{ public_keys: [{ key: publicKey, not_after: null, revoked_at: null }], ca_file: null, crawl: false },
    ...{ include: [], exclude: [], budget: {}, mail_incidents: false },
  };
  return {
    ...config,
    ...{ name: `primary.${name}`, data: join(home, 'primary'), source: [], mirrors: [mirror] },
    primary: { geoip: null, minimum: ANY_VERSION },
    serve: serve === null ? null : { ...serve, access_log: null },
  };
}

function mirrorFor(config: Config, primary: string, keyFile: string, caFile: string): Config {
  return {
    ...config,
    report: { primary, key_file: keyFile, schedule: '5 0 * * *', primary_key: null, ca_file: caFile },
  };
}

/** A serve process writes its lines a second after the answers: nobody asks any more when the log has stopped growing. */
async function logSettled({ serve }: Config, { clock }: PassHost, signal: AbortSignal): Promise<void> {
  const path = serve?.access_log ?? null;
  if (path === null) return;
  for (let before = -1; ; ) {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size === before) return;
    before = size;
    await clock.sleep(LOG_SETTLES_MS, signal);
  }
}
