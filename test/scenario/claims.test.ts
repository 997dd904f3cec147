// What mirrors report of each other: looked at by the primary itself before anybody is told of it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkClaims } from '../../src/compose/claim-checking.ts';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { IncidentsResult } from '../../src/config/shape/incident.ts';
import { systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { openClaims } from '../../src/primary/intake.ts';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const POM = 'org/example/tool/1.0/tool-1.0.pom';

test('a claim that is true becomes an incident by our own eyes, a false one becomes nothing', async (t) => {
  if (!needs(t, 'rsync')) return;
  const primary = await startMirror(t);
  primary.origin.release('tool', '1.0');
  await primary.sync();
  const liar = createServer((request, response) => {
    const file = join(primary.data, 'published', decodeURIComponent(request.url ?? '/'));
    if (!existsSync(file) || !file.includes('.')) return void response.writeHead(404).end();
    const bytes = readFileSync(file);
    if (file.endsWith('.jar')) bytes[0] = (bytes[0] ?? 0) ^ 1;
    response.writeHead(200, { 'content-length': bytes.length }).end(request.method === 'HEAD' ? undefined : bytes);
  });
  await new Promise<void>((done) => liar.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => liar.close(done)));
  const address = liar.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  primary.configure({
    primary: {},
    crawl: { reask_seconds: 0, allow_private: true },
    mirrors: [
      { name: 'alpha', url: 'https://alpha.example.org/', crawl: false },
      { name: 'beta', url },
    ],
  });
  const loaded = loadConfig(primary.configFile, {});
  assert.equal(loaded.kind, 'config', JSON.stringify(loaded));
  if (loaded.kind !== 'config') return;
  {
    using rooms = openRooms(foldersOf(primary.data), Number.POSITIVE_INFINITY);
    const said = (path: string) => ({
      ...{
        id: 'x',
        found_by: 'crawl',
        verdict: 'divergent',
        severity: 'critical' as const,
        mirror: 'beta',
        path,
        why: 'x',
      },
      ...{ expected: null, observed: null, since: '2026-11-21T01:00:00.000Z' },
    });
    openClaims(rooms.database).put('alpha', [said(JAR), said(POM)], Date.now());
  }

  await checkClaims(loaded.config, { clock: systemClock, logger: makeLogger('silent') }, AbortSignal.timeout(60_000));
  const { result } = await primary.verb<IncidentsResult>('incidents', 'list');
  const open = primary.look(({ database }) => openClaims(database).open(9));

  assert.deepEqual(
    result.incidents.map(({ mirror, path, verdict }) => [mirror, path, verdict]),
    [['beta', JAR, 'divergent']],
  );
  assert.deepEqual(open, []);
});
