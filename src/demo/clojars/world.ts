// A twin of Clojars and a configuration for a mirror of it, as `assay init mirror --of clojars` writes one: bucket first, CDN behind it.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BY_THE_STORY, layMirrorHome, type MirrorHome } from '../mirror-home.ts';
import { makeRepository, type PlantedRepository } from '../repository/repository.ts';
import { type ClojarsTwin, startClojarsTwin } from './twin.ts';

export interface ClojarsWorld extends MirrorHome {
  readonly home: string;
  readonly repository: PlantedRepository;
  readonly twin: ClojarsTwin;
  /** Ends the twin and removes the folder. May be called twice. */
  close(): Promise<void>;
}

export interface ClojarsWorldOptions {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly artifacts: number;
  /** A loopback address, for the twin and for the mirror. */
  readonly address: string;
}

/** When it cannot be made, or when `signal` is aborted meanwhile, nothing of it is left. */
export async function openClojarsWorld(options: ClojarsWorldOptions, signal: AbortSignal): Promise<ClojarsWorld> {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'assay-demo-'));
  let twin: ClojarsTwin | null = null;
  const close = async (): Promise<void> => {
    await twin?.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const folder = join(home, 'origin');
    mkdirSync(folder);
    const repository = await makeRepository(folder, options);
    signal.throwIfAborted();
    twin = await startClojarsTwin(folder, options.address);
    twin.refresh(options.now);
    return { home, repository, twin, ...(await layMirrorHome(home, repository, sourcesOf(twin), options)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function sourcesOf(twin: ClojarsTwin): unknown[] {
  const both = { ...BY_THE_STORY, release_feed: twin.releaseFeed };
  return [
    { kind: 's3', url: `s3://${twin.bucket}/`, endpoint: twin.endpoint, path_style: true, ...both },
    { kind: 'http', mode: 'feeds', url: twin.cdn, requests_per_second: 0, ...both },
  ];
}
