// A whole small world on this machine: a canonical repository, a real rsync daemon in front of it, a certificate, and a configuration for the
// mirror. All of it lives in one temporary folder and is gone when the world is closed.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BY_THE_STORY, layMirrorHome } from './mirror-home.ts';
import { makeRepository, type PlantedRepository } from './repository/repository.ts';
import { type RsyncDaemon, startRsyncDaemon } from './rsync-daemon.ts';

export { type CertificateOptions, type MadeCertificate, makeCertificate } from './certificate.ts';
export { freePort, ownLoopbackAddress } from './loopback.ts';
export {
  type Answer,
  type ChangeOptions,
  forgeSignature,
  type Plant,
  publishRelease,
  publishWithWrongSums,
  rewriteRelease,
  runMetadataAhead,
} from './repository/origin-change.ts';
export { makeRepository, type PlantedRepository, type RepositoryOptions } from './repository/repository.ts';
export { type RsyncDaemon, type RsyncDaemonOptions, startRsyncDaemon } from './rsync-daemon.ts';

export interface WorldOptions {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** 60 if not said. */
  readonly artifacts?: number;
  /** Where the mirror will serve, a loopback address. */
  readonly address: string;
}

export interface World {
  /** The temporary folder that holds everything else. */
  readonly home: string;
  readonly repository: PlantedRepository;
  readonly origin: RsyncDaemon;
  readonly caFile: string;
  readonly caPem: string;
  /** For `--config`. */
  readonly configFile: string;
  /** Ends the rsync daemon and removes the folder. Whoever runs a mirror in it has to stop that first. May be called twice. */
  close(): Promise<void>;
}

const MODULE = 'maven';

/** Makes the world; when it cannot, or when `signal` is aborted meanwhile, nothing of it is left. Throws what its parts throw. */
export async function openWorld(options: WorldOptions, signal: AbortSignal): Promise<World> {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'assay-demo-'));
  const life = new AbortController();
  let origin: RsyncDaemon | null = null;
  const close = async (): Promise<void> => {
    life.abort();
    await origin?.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const folder = join(home, 'origin');
    mkdirSync(folder);
    const repository = await makeRepository(folder, options);
    signal.throwIfAborted();
    // Not given `signal`: whatever ends the demo, the mirror is stopped before its origin.
    origin = await startRsyncDaemon({ folder, module: MODULE }, life.signal);
    signal.throwIfAborted();
    const source = { kind: 'rsync', url: origin.url, ...BY_THE_STORY };
    return { home, repository, origin, ...(await layMirrorHome(home, repository, source, options)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
