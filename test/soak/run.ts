// `npm run soak`: a mirror is killed again and again. `--kills=N` (1,000), `--seed=N` (another each time), `--power-cuts=N` (0),
// `--push-kills=N` (200 where radosgw is installed), `--fuzz=N` broken requests (1,000,000), `--serve-kills=N` (1,000), `--idle=N` (10,000) and
// `--slow=N` (1,000) connections at a time, `--scrub-kills=N` (300) of scrubs and repairs, `--release=MINUTES` (10) of the unpacked release under
// load in a bare Debian, made with debootstrap or given with `--tree=FOLDER`, `--crawls=N` (50) rounds over mirrors with faults, the shapes of the
// playbook on a booted Debian (`--shapes=no`). Figures at the end; status 1 when a law was broken, 3 when a signal
// ended it early.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasObjectStore } from '../../src/demo/object-store.ts';
import { seedOfRun } from '../support/seed.ts';
import { crawlRounds } from './crawls.ts';
import { cutRounds } from './cuts.ts';
import { killRounds } from './kills.ts';
import { pushKillRounds } from './push-kills.ts';
import { type ReleaseSoak, releaseMinutes } from './release.ts';
import { scrubRounds } from './scrubs.ts';
import { type ServingSoak, servingRounds } from './serving.ts';
import { shapeRounds } from './shapes.ts';
import { tellFigures } from './tell.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(seedOfRun()) },
    'power-cuts': { type: 'string', default: '0' },
    fuzz: { type: 'string', default: '1000000' },
    'serve-kills': { type: 'string', default: '1000' },
    idle: { type: 'string', default: '10000' },
    slow: { type: 'string', default: '1000' },
    'scrub-kills': { type: 'string', default: '300' },
    release: { type: 'string', default: '10' },
    tree: { type: 'string' },
    crawls: { type: 'string', default: '50' },
    shapes: { type: 'string', default: 'yes' },
    'push-kills': { type: 'string', default: hasObjectStore() ? '200' : '0' },
  },
});

process.exitCode = await soak(
  Number(values.seed),
  Number(values.kills),
  Number(values['power-cuts']),
  Number(values['push-kills']),
);

/** What the server has to endure. */
function servingSoak(): ServingSoak {
  const { fuzz, idle, slow, 'serve-kills': kills } = values;
  return { fuzz: Number(fuzz), kills: Number(kills), idle: Number(idle), slow: Number(slow) };
}

function releaseSoak(): ReleaseSoak {
  return { minutes: Number(values.release), tree: values.tree ?? null };
}

async function soak(seed: number, kills: number, powerCuts: number, pushKills: number): Promise<number> {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'assay-soak-'));
  const stopping = new AbortController();
  // However often it is told: the round under way comes to its end, or it would leave a daemon and a mounted disk.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());
  process.stdout.write(
    `seed ${seed}, ${kills} kills, ${powerCuts} power cuts, ${pushKills} push kills; a signal ends it early\n`,
  );
  try {
    const broken =
      tellFigures('kill', await killRounds(join(home, 'kill'), seed, kills, stopping.signal)) +
      tellFigures('power cut', await cutRounds(join(home, 'cut'), seed, powerCuts, stopping.signal)) +
      tellFigures('trial', await servingRounds(join(home, 'serving'), seed, servingSoak(), stopping.signal)) +
      tellFigures(
        'kill',
        await scrubRounds(join(home, 'scrub'), seed, Number(values['scrub-kills']), stopping.signal),
      ) +
      tellFigures('minute', await releaseMinutes(join(home, 'release'), releaseSoak(), stopping.signal)) +
      tellFigures('round', await crawlRounds(seed, Number(values.crawls), stopping.signal)) +
      tellFigures('shape', values.shapes === 'no' ? [] : await shapeRounds(join(home, 'shapes'), stopping.signal)) +
      tellFigures('push kill', await pushKillRounds(seed, pushKills, stopping.signal));
    if (stopping.signal.aborted) process.stdout.write('ended early by a signal\n');
    return broken > 0 ? 1 : stopping.signal.aborted ? 3 : 0;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
