import type { TestContext } from 'node:test';
import { type RsyncDaemon, type RsyncDaemonOptions, startRsyncDaemon } from '../../src/demo/rsync-daemon.ts';
import { type FaultProxy, type Faults, startFaultProxy } from './fault-proxy.ts';

/** A real rsync daemon that shows `folder` as the module `repo`, ended after the test. */
export async function rsyncDaemon(
  t: Pick<TestContext, 'after'>,
  folder: string,
  moduleOptions: RsyncDaemonOptions['moduleOptions'] = {},
): Promise<RsyncDaemon> {
  const daemon = await startRsyncDaemon({ folder, module: 'repo', moduleOptions });
  t.after(() => daemon.stop());
  return daemon;
}

/** The same daemon behind a proxy that misbehaves. */
export async function faultyRsyncDaemon(
  t: Pick<TestContext, 'after'>,
  folder: string,
  faults: Faults,
): Promise<FaultProxy & { readonly url: string }> {
  const daemon = await rsyncDaemon(t, folder);
  const proxy = await startFaultProxy(daemon, faults);
  t.after(() => proxy.stop());
  return { ...proxy, url: `rsync://${proxy.host}:${proxy.port}/repo/` };
}
