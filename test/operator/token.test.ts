import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { DAY } from '../../src/host/clock.ts';
import type { RouteRequest } from '../../src/host/route.ts';
import { operatorSchema } from '../../src/operator/schema.ts';
import { authorize, openTokens } from '../../src/operator/token.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

const NOW = Date.UTC(2026, 10, 21);
const WANTED = { name: 'chat', scopes: ['acknowledge'] as const, madeAt: NOW, madeBy: 'ada', expiresAt: NOW + DAY };

function tokensOf(t: TestContext) {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [operatorSchema]);
  return { database, tokens: openTokens(database) };
}

function request(authorization: string | undefined, now = NOW): RouteRequest {
  return {
    method: 'POST',
    path: '/-/api/v1/x',
    params: {},
    query: new URLSearchParams(),
    headers: authorization === undefined ? {} : { authorization },
    body: Buffer.alloc(0),
    address: '',
    now,
  };
}

test('a token opens what its scopes name, until it expires or is revoked', (t) => {
  const { tokens } = tokensOf(t);
  const { token, id } = tokens.add(WANTED);
  const ask = (scope: 'acknowledge' | 'takedown', now = NOW) =>
    authorize(request(`Bearer ${token}`, now), scope, tokens);

  const good = ask('acknowledge');
  const other = ask('takedown');
  const late = ask('acknowledge', NOW + DAY);
  tokens.revoke('chat', NOW + 1);
  const revoked = ask('acknowledge');

  assert.deepEqual(good, { kind: 'authorized', actor: `token chat (${id})` });
  assert.equal(other.kind === 'refused' && other.answer.status, 403);
  assert.equal(late.kind === 'refused' && late.answer.status, 401);
  assert.equal(revoked.kind === 'refused' && revoked.answer.status, 401);
});

test('what is no token of ours is refused with the way to get one', (t) => {
  const { tokens } = tokensOf(t);
  const { token } = tokens.add(WANTED);
  const other = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;

  const answers = [
    undefined,
    'Basic abc',
    'Bearer',
    `Bearer ${other}`,
    'Bearer assay_x',
    `Bearer ${token} ${token}`,
  ].map((header) => authorize(request(header), 'acknowledge', tokens));

  for (const answer of answers) {
    assert.equal(answer.kind, 'refused');
    if (answer.kind !== 'refused') continue;
    assert.deepEqual([answer.answer.status, answer.answer.headers['www-authenticate']], [401, 'Bearer realm="assay"']);
    assert.match(answer.answer.body?.toString() ?? '', /urn:assay:problem:token-needed/);
  }
});

test('the database holds nothing that opens anything', (t) => {
  const { database, tokens } = tokensOf(t);

  const { token, id } = tokens.add(WANTED);

  const rows = JSON.stringify(database.prepare('SELECT *, hex(hash) AS hex FROM operator_token').all());
  assert.ok(rows.includes(id));
  assert.ok(!rows.includes(token.slice(17, 40)));
  assert.deepEqual(
    tokens.list().map(({ name, scopes, revokedAt }) => [name, scopes, revokedAt]),
    [['chat', ['acknowledge'], null]],
  );
});

test('a token is revoked by its id, and by its name only when one alone has that', (t) => {
  const { tokens } = tokensOf(t);
  const first = tokens.add(WANTED);
  const second = tokens.add(WANTED);

  const both = tokens.revoke('chat', NOW);
  const one = tokens.revoke(first.id, NOW);
  const again = tokens.revoke(first.id, NOW);
  const rest = tokens.revoke('chat', NOW);

  assert.deepEqual([both, one?.id, again, rest?.id], [null, first.id, null, second.id]);
});
