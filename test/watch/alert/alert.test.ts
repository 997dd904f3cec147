import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../../src/host/clock.ts';
import { makeLogger } from '../../../src/host/logger.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { openState } from '../../../src/state/open.ts';
import { openOutbox, stateSchema } from '../../../src/state/outbox.ts';
import {
  alertSchema,
  type Channel,
  type Destination,
  deliverAlerts,
  openAlerts,
} from '../../../src/watch/alert/alert.ts';
import type { Change } from '../../../src/watch/incident/incident.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { FINDING, INCIDENT, NOW } from './incidents.ts';

const OPS: Destination = { name: 'ops', coolDownMs: HOUR, mirror: null };

function laid(t: TestContext, destinations: readonly Destination[] = [OPS]) {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [stateSchema, alertSchema]);
  const outbox = openOutbox(database);
  const alerts = openAlerts(database, outbox, destinations);
  const heard: string[] = [];
  const channel = (name: string): [string, Channel] => [
    name,
    {
      send: async ({ message }) => {
        heard.push(`${name} ${message.subject.replace(/^\[.*?\] /, '')}`);
        return { kind: 'sent' };
      },
    },
  ];
  const channels = new Map(destinations.map(({ name }) => channel(name)));
  const deliver = async (now: number) => {
    const host = { clock: { now: () => now }, logger: makeLogger('silent'), speaker: { name: 'm', pages: null } };
    await deliverAlerts(outbox, channels, host, new AbortController().signal);
    return heard.splice(0);
  };
  return { outbox, alerts, deliver };
}

function change(event: Change['event'], more: Partial<Change['incident']> = {}, isWorthTelling = true): Change {
  return { event, incident: { ...INCIDENT, ...more }, finding: FINDING, isWorthTelling };
}

test('what opens is told, and that it is over', async (t) => {
  const { alerts, deliver } = laid(t);
  alerts.tell(change('opened'), NOW);
  const first = await deliver(NOW);

  alerts.tell(change('confirmed'), NOW + HOUR);
  alerts.tell(change('resolved', { state: 'resolved', resolvedAt: NOW + HOUR }), NOW + HOUR);

  assert.deepEqual(first, ['ops critical: divergent at alpha: g/a/1.0/a-1.0.jar']);
  assert.deepEqual(await deliver(NOW + HOUR), ['ops resolved: divergent at alpha: g/a/1.0/a-1.0.jar']);
});

test('what is not worth telling yet is told when it is confirmed', async (t) => {
  const { alerts, deliver } = laid(t);

  alerts.tell(change('opened', {}, false), NOW);
  const before = await deliver(NOW);
  alerts.tell(change('confirmed', { state: 'confirmed' }), NOW + HOUR);

  assert.deepEqual(before, []);
  assert.equal((await deliver(NOW + HOUR)).length, 1);
});

test('what comes and goes within the cool-down is told once at its end, if it is still so', async (t) => {
  const { alerts, deliver } = laid(t);
  alerts.tell(change('opened'), NOW);
  alerts.tell(change('resolved'), NOW + MINUTE);
  alerts.tell(change('reopened'), NOW + 2 * MINUTE);
  alerts.tell(change('resolved'), NOW + 3 * MINUTE);
  alerts.tell(change('reopened'), NOW + 4 * MINUTE);
  const first = await deliver(NOW + 5 * MINUTE);

  alerts.gather(NOW + 30 * MINUTE);
  const early = await deliver(NOW + 30 * MINUTE);
  alerts.gather(NOW + 2 * HOUR);
  const late = await deliver(NOW + 2 * HOUR);

  assert.equal(first.length, 2);
  assert.deepEqual(early, []);
  assert.equal(late.length, 1);
});

test('a flood is five messages and one digest', async (t) => {
  const { alerts, deliver } = laid(t);
  for (let each = 0; each < 200; each += 1) alerts.tell(change('opened', { id: `i${each}` }), NOW);
  const first = await deliver(NOW);

  alerts.gather(NOW + 10 * MINUTE);
  const second = await deliver(NOW + 10 * MINUTE);

  assert.equal(first.length, 5);
  assert.deepEqual(second, ['ops 195 changes of incidents']);
});

test('a mirror is told of its own troubles, and of none that is somebody else’s fault', async (t) => {
  const { alerts, deliver } = laid(t, [{ name: 'contact:alpha', coolDownMs: HOUR, mirror: 'alpha' }]);

  alerts.tell(change('opened'), NOW);
  alerts.tell(change('opened', { id: 'b', mirror: 'beta' }), NOW);
  alerts.tell(change('opened', { id: 'c', blame: 'origin' }), NOW);

  assert.equal((await deliver(NOW)).length, 1);
});

test('a message for a channel that is configured no more is dead, not kept for ever', async (t) => {
  const { alerts, outbox } = laid(t);
  alerts.tell(change('opened'), NOW);
  const host = { clock: { now: () => NOW }, logger: makeLogger('silent'), speaker: { name: 'm', pages: null } };

  await deliverAlerts(outbox, new Map(), host, new AbortController().signal);

  assert.deepEqual(outbox.state(), { due: 0, dead: 1, oldestDueAt: null });
});

test('each channel is told for itself, and the page of an incident says whom', (t) => {
  const { alerts } = laid(t, [OPS, { ...OPS, name: 'chat' }]);

  alerts.tell(change('opened'), NOW);

  assert.deepEqual(
    alerts.deliveries(INCIDENT.id).map(({ channel }) => channel),
    ['chat', 'ops'],
  );
});

test('what nobody takes on is told again each week, as one message, until it is acknowledged or over', async (t) => {
  const { alerts, deliver } = laid(t);
  const other = { ...INCIDENT, id: 'other', path: 'g/b/1.0/b-1.0.jar' };
  const taken = { ...INCIDENT, id: 'taken', acknowledgedAt: NOW, acknowledgedBy: 'ops' };
  for (const incident of [INCIDENT, other, taken]) alerts.tell(change('opened', incident), NOW);
  await deliver(NOW);
  const standing = [INCIDENT, other, taken];

  alerts.remind(standing, NOW + 7 * DAY - 1);
  const early = await deliver(NOW + 7 * DAY - 1);
  alerts.remind(standing, NOW + 7 * DAY);
  const first = await deliver(NOW + 7 * DAY);
  alerts.remind(standing, NOW + 8 * DAY);
  const soon = await deliver(NOW + 8 * DAY);
  alerts.remind([other], NOW + 14 * DAY);
  const second = await deliver(NOW + 14 * DAY);

  assert.deepEqual([early, soon], [[], []]);
  assert.deepEqual([first, second], [['ops 2 still wrong after a week'], ['ops 1 still wrong after a week']]);
});
