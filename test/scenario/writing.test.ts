// What an operator does over HTTP, with a token: the same verbs, the same trail.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewToken } from '../../src/config/shape/token.ts';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const HOME = 'org/example/tool/1.0';
const TAKEDOWNS = '-/api/v1/takedowns';

test('a takedown over HTTP is the takedown of the command line, in the trail under the name of the token', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  const { result: made } = await mirror.verb<NewToken>('token', 'add', 'legal', '--scope', 'takedown');
  const wish = { what: 'org.example:tool:1.0', reason: 'court order', legal: true };

  const nobody = await mirror.post(TAKEDOWNS, wish, null);
  const done = await mirror.post(TAKEDOWNS, wish, made.token);
  const during = await mirror.statuses(`${HOME}/tool-1.0.jar`);
  const lifted = await mirror.post(`${TAKEDOWNS}/lift`, { what: HOME, reason: 'mended' }, made.token);
  const unknown = await mirror.post(`${TAKEDOWNS}/lift`, { what: HOME, reason: 'again' }, made.token);

  assert.deepEqual([nobody.status, nobody.body.type], [401, 'urn:assay:problem:token-needed']);
  assert.deepEqual([done.status, done.body.what, done.body.legal, done.body.files], [200, HOME, true, 4]);
  assert.deepEqual(during, [451]);
  assert.deepEqual(
    [lifted.status, unknown.status, unknown.body.type],
    [200, 404, 'urn:assay:problem:takedown-unknown'],
  );
  const actor = `token legal (${made.id})`;
  assert.deepEqual(
    mirror.look(({ audit }) => audit.latest(9).map((entry) => [entry.action, entry.actor === actor])),
    [
      ['takedown lift', true],
      ['takedown add', true],
      ['token add', false],
    ],
  );
});

test('a body that is none, one without a reason, and a token that was revoked change nothing', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  const { result: made } = await mirror.verb<NewToken>('token', 'add', 'legal');

  const answers = [
    await mirror.post(TAKEDOWNS, 'x', made.token),
    await mirror.post(TAKEDOWNS, { what: HOME, reason: ' ' }, made.token),
    await mirror.post(TAKEDOWNS, { what: '../etc', reason: 'x' }, made.token),
  ];
  await mirror.verb('token', 'revoke', 'legal');
  const revoked = await mirror.post(TAKEDOWNS, { what: HOME, reason: 'x' }, made.token);

  assert.deepEqual(
    answers.map(({ status }) => status),
    [422, 422, 422],
  );
  assert.equal(revoked.status, 401);
  assert.deepEqual(await mirror.statuses(`${HOME}/tool-1.0.jar`), [200]);
});
