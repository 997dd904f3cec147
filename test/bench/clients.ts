// How a mirror stands beside nginx for those who build: cold builds by Maven, a real build's requests over HTTPS with connections that come and go,
// and what connections cost that are only held.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { copyDebian } from '../support/debian-repository.ts';
import { measureBuilds } from './cold-build.ts';
import type { Figure } from './figure.ts';
import { measureHeld } from './held.ts';
import type { BenchOptions } from './options.ts';
import { replayTrace } from './replay.ts';
import { serveFolder } from './served-tree.ts';
import { makePair, startAssay, startNginx } from './serving-peers.ts';

const HUGE = 'org/example/huge/1.0/huge-1.0.jar';
const MAVEN = resolve(import.meta.dirname, '../../../shared/tools/apache-maven-3.9.9-bin.tar.gz');

export async function measureClients(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const origin = join(home, 'debian');
  mkdirSync(origin);
  copyDebian(origin);
  mkdirSync(join(origin, dirname(HUGE)), { recursive: true });
  writeFileSync(join(origin, HUGE), randomBytes(100 * 2 ** 20));
  const tree = { ...serveFolder(home, origin), hundred: `/${HUGE}` };
  const tls = await makePair(home);
  const figures: Figure[] = [];
  {
    await using nginx = await startNginx(home, tree, tls, 1, '0');
    await using assay = await startAssay(home, tree, tls, 1, '0');
    const versions = [
      { name: 'Maven 3.8', archive: null },
      ...(existsSync(MAVEN) ? [{ name: 'Maven 3.9', archive: MAVEN }] : []),
    ];
    for (const version of versions)
      figures.push(...(await measureBuilds(home, version, assay, nginx, options, tell, signal)));
    figures.push(...(await replayTrace(home, assay, nginx, options, tell, signal)));
  }
  figures.push(...(await measureHeld(home, tree, tls, tell, signal)));
  return figures;
}
