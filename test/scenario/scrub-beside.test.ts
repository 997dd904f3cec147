// Scrubs beside passes, and as the daemon makes them: no false accusation, no wait for the clock.

import assert from 'node:assert/strict';
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import { scrubJobs } from '../../src/compose/scrub-schedule.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { VerifyResult } from '../../src/config/shape/verify.ts';
import { HOUR, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { type Mirror, publishedText, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const ROUNDS = 6;

test('a scrub beside passes that replace, add and remove accuses nobody', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { snapshot_hold_days: 0 } } });
  for (let number = 0; number < 40; number += 1) mirror.origin.release(`tool-${number}`, '1.0');
  await mirror.sync();
  const found: unknown[] = [];
  let isOver = false;
  const scrubbing = (async () => {
    for (let scrubs = 0; !isOver || scrubs === 0; scrubs += 1)
      found.push(...(await verify(mirror, '--anew')).result.findings);
  })();

  for (let round = 0; round < ROUNDS; round += 1) {
    roll(mirror, round);
    const pass = await mirror.sync('--wait', '60');
    assert.deepEqual(pass.problems, []);
  }
  isOver = true;
  await scrubbing;

  assert.deepEqual(found, []);
});

test('the daemon’s scrub mends what it finds, and leaves foreign files to an operator', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await damaged(t);
  writeFileSync(join(mirror.data, 'published/notes.txt'), 'foreign');
  const job = jobsOf(mirror).find(({ name }) => name === 'scrub');

  await job?.work();

  assert.equal(job?.cron, '43 3 * * 0');
  assert.equal(publishedText(mirror, JAR), 'tool 1.0');
  assert.equal(publishedText(mirror, 'notes.txt'), 'foreign');
  assert.deepEqual(
    mirror.look(({ findings }) => findings.standing('scrub').map(({ path }) => path)),
    ['notes.txt'],
  );
});

test('without leave to repair it only tells', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await damaged(t);
  mirror.configure({ verify: { scrub_repair: false } });

  await jobsOf(mirror)
    .find(({ name }) => name === 'scrub')
    ?.work();

  assert.notEqual(publishedText(mirror, JAR), 'tool 1.0');
  assert.deepEqual(await mirror.statuses(JAR), [403]);
});

test('a scrub that was cut short goes on when the daemon starts; one that was not does not begin', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await damaged(t);
  const rest = () => jobsOf(mirror).find(({ name }) => name === 'scrub-rest');

  await rest()?.work();
  const before = publishedText(mirror, JAR);
  using rooms = openRooms(foldersOf(mirror.data), Number.POSITIVE_INFINITY);
  rooms.scrubs.begin(systemClock.now() - HOUR);
  await rest()?.work();

  assert.equal(rest()?.atStart, true);
  assert.notEqual(before, 'tool 1.0');
  assert.equal(publishedText(mirror, JAR), 'tool 1.0');
});

test('where nobody wants it there is no such job', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.configure({ verify: { scrub_schedule: null } });

  assert.deepEqual(jobsOf(mirror), []);
});

function jobsOf(mirror: Mirror) {
  const loaded = loadConfig(mirror.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const host = { clock: systemClock, logger: makeLogger('silent'), onEvent: () => undefined, onScrub: () => undefined };
  return scrubJobs(loaded.config, host, AbortSignal.timeout(60_000));
}

async function damaged(t: Parameters<typeof startMirror>[0]): Promise<Mirror> {
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  const file = join(mirror.data, 'published', JAR);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, 'tool 1.1');
  utimesSync(file, atime, mtime);
  return mirror;
}

/** SNAPSHOTs, metadata and loose files change, builds come and go. */
function roll(mirror: Mirror, round: number): void {
  const ageMs = (20 - round) * HOUR;
  const home = 'org/example/roll/1-SNAPSHOT';
  mirror.origin.put(`${home}/roll-1-SNAPSHOT.jar`, `build ${round}`.repeat(1 + round), { sums: ['sha1'], ageMs });
  mirror.origin.put(`${home}/roll-1-SNAPSHOT.pom`, `<project><name>${round}</name></project>`, {
    sums: ['sha1'],
    ageMs,
  });
  mirror.origin.put(`org/example/old/1-SNAPSHOT/old-1-SNAPSHOT-${round}.txt`, 'text', { ageMs });
  rmSync(join(mirror.origin.folder, `org/example/old/1-SNAPSHOT/old-1-SNAPSHOT-${round - 2}.txt`), { force: true });
  mirror.origin.put('archetype-catalog.xml', `<catalog>${round}</catalog>`, { ageMs });
  mirror.origin.release('more', `1.${round}`);
  mirror.origin.metadata(
    'more',
    Array.from({ length: round + 1 }, (_, number) => `1.${number}`),
    { ageMs, lastUpdated: `202611${10 + round}000000` },
  );
}

function verify(mirror: Mirror, ...words: string[]) {
  return mirror.program<VerifyResult>('verify', ...words);
}
