// The demo's mirror as pages: an address of their own, over plain HTTP, by the configuration as it is when everything has been told.

import type { Config } from '../config/schema.ts';
import type { DemoPages } from '../demo/mirror.ts';
import type { LogLevel } from '../host/logger.ts';
import { ingestLogs } from './counting.ts';
import type { PassHost } from './pass-job.ts';
import { serve } from './serve-process.ts';

/** `listen` is where, `127.0.0.1:0`. What was asked of the mirror until now is counted on return. */
export async function pagesForDemo(
  config: Config,
  listen: string,
  host: PassHost,
  signal: AbortSignal,
): Promise<DemoPages> {
  const count = async (until: AbortSignal) => {
    await ingestLogs(config, { day: null, acceptLess: false, waitSeconds: 30 }, host, until);
  };
  await count(signal);
  const stopping = new AbortController();
  const task = { config, listen: [listen], tls: null, reusePort: false };
  const server = await serve({ ...task, logLevel: host.logger.level as LogLevel }, stopping.signal);
  return {
    url: `${server.url}-/`,
    count,
    async stop() {
      await server.stop();
      stopping.abort();
    },
  };
}
