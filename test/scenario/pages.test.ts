import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { fleetShape, mirrorPageShape, passesShape, roundsShape } from '../../src/config/shape/fleet.ts';
import { incidentPageShape, incidentsShape } from '../../src/config/shape/incident.ts';
import { statusShape } from '../../src/config/shape/status.ts';
import { startFaultMirror } from '../../src/demo/fault-mirror.ts';
import { LOOPBACK } from '../host/http-peer.ts';
import { type Mirror, runLines, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

test('the pages of a mirror that refused a file and met a copy that lies tell of both, and every link leads somewhere', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await burning(t);

  const pages = await walk(mirror, '/-/');

  const broken = [...pages]
    .filter(([, { status }]) => status !== 200)
    .map(([path, { status }]) => `${path}: ${status}`);
  assert.deepEqual(broken, []);
  const overview = pages.get('/-/')?.text ?? '';
  assert.match(overview, /immutable-changed/);
  assert.match(overview, /divergent/);
  assert.match(overview, /liar/);
  assert.doesNotMatch(pages.get('/-/setup')?.text ?? '', /liar/);
  assert.ok(pages.has('/-/mirrors/liar') && pages.has('/-/setup') && pages.has('/-/rounds'));
});

test('each page has its twin, in the shape that assay schema prints', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await burning(t);
  const read = async (path: string): Promise<unknown> => JSON.parse((await mirror.get(path)).text);

  const { incidents } = incidentsShape.parse(await read('-/incidents.json'));
  const [first] = incidents;
  incidentPageShape.parse(await read(`-/incidents/${first?.id}.json`));
  statusShape.parse(await read('-/status.json'));
  const { mirrors } = fleetShape.parse(await read('-/fleet.json'));
  const liar = mirrorPageShape.parse(await read('-/mirrors/liar.json'));
  const { passes } = passesShape.parse(await read('-/passes.json'));
  const { rounds } = roundsShape.parse(await read('-/rounds.json'));

  assert.deepEqual(
    mirrors.map(({ name, state, critical }) => [name, state, critical]),
    [
      ['liar', 'bad', 1],
      ['unseen', 'never', 0],
    ],
  );
  assert.deepEqual(
    liar.visits.map(({ round, troubles, verdicts }) => [round, troubles, verdicts.divergent]),
    [[1, 1, 1]],
  );
  assert.deepEqual(
    passes.map(({ outcome, added }) => [outcome, (added ?? 0) > 0]),
    [
      ['clean', false],
      ['clean', true],
    ],
  );
  assert.deepEqual(
    rounds.map(({ outcome, mirrors: visited, troubled }) => [outcome, visited, troubled]),
    [['complete', 1, 1]],
  );
});

test('a mirror of an empty origin has its pages too, and none leads nowhere', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  await mirror.sync();

  const pages = await walk(mirror, '/-/');

  assert.deepEqual(
    [...pages].filter(([, { status }]) => status !== 200).map(([path]) => path),
    [],
  );
});

/** It refused a rewritten jar, and visited one of its two mirrors, which has another byte in one. */
async function burning(t: TestContext): Promise<Mirror> {
  const mirror = await startMirror(t);
  for (const version of ['1.0', '1.1']) mirror.origin.release('tool', version);
  mirror.origin.metadata('tool', ['1.0', '1.1']);
  await mirror.sync();
  const copy = await startFaultMirror({ folder: `${mirror.data}/published`, address: LOOPBACK });
  t.after(() => copy.stop());
  copy.faults.set(JAR, { kind: 'altered-beside-claims' });
  const sections = { name: 'unseen', url: 'https://unseen.example.org/', crawl: false };
  mirror.configure({ mirrors: [{ name: 'liar', url: copy.url }, sections], crawl: { reask_seconds: 0.1 } });
  mirror.origin.put('org/example/tool/1.1/tool-1.1.jar', 'other bytes');
  await mirror.sync();
  await runLines(['crawl', '--json', '--config', mirror.configFile]);
  return mirror;
}

interface Walked {
  readonly status: number;
  readonly text: string;
}

/** Everything below `/-/` that one can come to from a page. */
async function walk(mirror: Mirror, from: string): Promise<Map<string, Walked>> {
  const base = new URL('/', (await mirror.get('-/health')).url);
  const seen = new Map<string, Walked>();
  for (const waiting = [from]; waiting.length > 0; ) {
    const path = waiting.shift() ?? '';
    if (seen.has(path)) continue;
    const answer = await fetch(new URL(path, base), { headers: { accept: 'text/html' } });
    const text = await answer.text();
    seen.set(path, { status: answer.status, text });
    assert.ok(seen.size < 200, 'pages lead to pages without an end');
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
    const links = [...text.matchAll(/href="([^"#]*)"/g)].map((match) =>
      (match[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#38;', '&'),
    );
    waiting.push(...links.filter((link) => link.startsWith('/-/')));
  }
  return seen;
}
