import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Finding } from '../../../src/finding/finding.ts';
import { findingSchema, openFindings } from '../../../src/finding/record.ts';
import { DAY, HOUR } from '../../../src/host/clock.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { openState } from '../../../src/state/open.ts';
import { type Change, incidentSchema, openIncidents } from '../../../src/watch/incident/incident.ts';
import { temporaryFolder } from '../../support/folder.ts';

const NOW = Date.UTC(2026, 10, 21);

const DIVERGENT: Finding = {
  foundBy: 'crawl',
  verdict: 'divergent',
  severity: 'critical',
  mirror: 'alpha',
  path: 'g/a/1.0/a-1.0.jar',
  why: 'A released file has other bytes there.',
  expected: { size: 7, sha256: 'a'.repeat(64) },
  observed: { size: 7, sha256: 'b'.repeat(64) },
  blame: 'mirror',
  generation: 3,
};
const MISSING: Finding = { ...DIVERGENT, verdict: 'missing', severity: 'warning', observed: null };
const SILENT: Finding = { ...MISSING, verdict: 'unreachable', path: null, expected: null };
const REWRITTEN: Finding = {
  ...DIVERGENT,
  foundBy: 'gate',
  verdict: 'immutable-changed',
  mirror: null,
  blame: 'origin',
};

function laid(t: TestContext) {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [findingSchema, incidentSchema]);
  const findings = openFindings(database);
  const changes: Change[] = [];
  const incidents = openIncidents(database, findings, (change) => changes.push(change));
  return { database, findings, incidents, events: () => changes.splice(0).map(({ event }) => event), changes };
}

test('the same wrong bytes at two mirrors are one trouble; other bytes are another', (t) => {
  const { incidents } = laid(t);

  incidents.tell(DIVERGENT, 'round 1', NOW);
  incidents.tell({ ...DIVERGENT, mirror: 'beta' }, 'round 1', NOW);
  incidents.tell({ ...DIVERGENT, mirror: 'beta', observed: { size: 7, sha256: 'c'.repeat(64) } }, 'round 1', NOW);

  assert.deepEqual(
    incidents
      .standing()
      .map(({ findings }) => findings)
      .sort(),
    [1, 2],
  );
});

test('a thousand missing files of a mirror are one trouble, and of two mirrors two', (t) => {
  const { incidents, events } = laid(t);

  for (let each = 0; each < 1000; each += 1) incidents.tell({ ...MISSING, path: `g/${each}` }, 'round 1', NOW);
  incidents.tell({ ...MISSING, mirror: 'beta' }, 'round 1', NOW);

  assert.deepEqual(
    incidents
      .standing()
      .map(({ mirror, findings }) => [mirror, findings])
      .sort(),
    [
      ['alpha', 1000],
      ['beta', 1],
    ],
  );
  assert.deepEqual(events(), ['opened', 'opened']);
});

test('a mirror with very many altered files is one trouble beyond the first twenty', (t) => {
  const { incidents } = laid(t);

  for (let each = 0; each < 500; each += 1) incidents.tell({ ...DIVERGENT, path: `g/${each}` }, 'round 1', NOW);

  const standing = incidents.standing();
  assert.equal(standing.length, 21);
  assert.equal(standing.find(({ key }) => key.startsWith('mirror'))?.findings, 480);
});

test('what is seen again in another round is confirmed, and told once', (t) => {
  const { incidents, events } = laid(t);

  for (const round of [1, 1, 2, 3]) incidents.tell(DIVERGENT, `round ${round}`, NOW + round);

  assert.deepEqual(events(), ['opened', 'confirmed']);
  const [incident] = incidents.standing();
  assert.deepEqual([incident?.state, incident?.sightings, incident?.confirmedAt], ['confirmed', 3, NOW + 2]);
});

test('a mirror that does not answer wakes somebody in the fourth round', (t) => {
  const { incidents, changes } = laid(t);

  for (const round of [1, 2, 3, 4]) incidents.tell(SILENT, `round ${round}`, NOW + round);

  assert.deepEqual(
    changes.map(({ event, isWorthTelling }) => [event, isWorthTelling]),
    [
      ['opened', false],
      ['confirmed', true],
    ],
  );
});

test('an altered file wakes somebody at once', (t) => {
  const { incidents, changes } = laid(t);

  incidents.tell(DIVERGENT, 'round 1', NOW);

  assert.equal(changes[0]?.isWorthTelling, true);
});

test('of what stands no more the incident is over; what comes back within a day is the same trouble, later another', (t) => {
  const { incidents, findings, events } = laid(t);
  incidents.tell(DIVERGENT, 'round 1', NOW);
  const [first] = incidents.standing();

  findings.resolveAt({ mirror: 'alpha' }, NOW + 1);
  incidents.reconcile(NOW + 2);
  incidents.tell(DIVERGENT, 'round 2', NOW + HOUR);
  findings.resolveAt({ mirror: 'alpha' }, NOW + HOUR);
  incidents.reconcile(NOW + HOUR);
  incidents.tell(DIVERGENT, 'round 9', NOW + 3 * DAY);

  assert.deepEqual(events(), ['opened', 'resolved', 'reopened', 'resolved', 'opened']);
  assert.deepEqual(
    incidents.latest(9).map(({ id }) => id === first?.id),
    [false, true],
  );
});

test('what the gate finds is gathered when somebody looks, and once', (t) => {
  const { incidents, findings, events } = laid(t);
  findings.stand(REWRITTEN, NOW);
  findings.stand({ ...REWRITTEN, verdict: 'partial-deploy', severity: 'notice' }, NOW);

  incidents.reconcile(NOW + 1);
  incidents.reconcile(NOW + 2);

  assert.deepEqual(events(), ['opened']);
  assert.equal(incidents.standing()[0]?.mirror, null);
  findings.stand(REWRITTEN, NOW + 3);
  incidents.reconcile(NOW + 4);
  assert.deepEqual(events(), ['confirmed']);
});

test('an acknowledged incident is no trouble any more, also with what joins it', (t) => {
  const { incidents, findings } = laid(t);
  incidents.tell(MISSING, 'round 1', NOW);
  const id = incidents.standing()[0]?.id ?? '';

  incidents.acknowledge(id, 'operator', 'known', NOW + 1);
  incidents.tell({ ...MISSING, path: 'g/b' }, 'round 2', NOW + 2);

  assert.equal(findings.troubles(), 0);
  assert.equal(incidents.find(id)?.acknowledgedBy, 'operator');
  assert.equal(incidents.acknowledge('nothing', 'operator', '', NOW), null);
});

test('an operator ends an incident; what is still wrong opens it again, unacknowledged', (t) => {
  const { incidents, findings, events } = laid(t);
  incidents.tell(DIVERGENT, 'round 1', NOW);
  const id = incidents.standing()[0]?.id ?? '';

  incidents.resolve(id, 'operator', 'mended', NOW + 1);
  assert.equal(findings.troubles(), 0);
  incidents.tell(DIVERGENT, 'round 2', NOW + 2);

  assert.deepEqual(events(), ['opened', 'resolved', 'reopened']);
  assert.equal(findings.troubles(), 1);
  assert.deepEqual(
    incidents.timeline(id).map(({ kind, detail }) => [kind, detail.slice(0, 8)]),
    [
      ['opened', 'A releas'],
      ['resolved', 'operator'],
      ['reopened', 'A releas'],
    ],
  );
});

test('what listens and fails takes the incident back with it', (t) => {
  const { database, findings } = laid(t);
  const incidents = openIncidents(database, findings, () => {
    throw new Error('the outbox is full');
  });

  assert.throws(() => incidents.tell(DIVERGENT, 'round 1', NOW), /outbox/);

  assert.deepEqual(incidents.standing(), []);
  assert.deepEqual(findings.standing(), []);
});
