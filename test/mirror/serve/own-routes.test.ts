import assert from 'node:assert/strict';
import { it } from 'node:test';
import { serve } from './running.ts';
import { ask, exchange, parseAnswer } from './wire.ts';

const ECHO = '/-/api/v1/echo/a%20b?q=1+2';

function post(target: string, body: string): Buffer {
  return Buffer.from(
    `POST ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  );
}

it('a route that takes a body gets its bytes as they came, whatever type was named', async (t) => {
  const { server } = await serve(t);

  const answer = parseAnswer(await exchange(server.url, post(ECHO, '{"not": json\xff')));

  assert.deepEqual(JSON.parse(answer.body.toString()), {
    path: '/-/api/v1/echo/a%20b',
    name: 'a b',
    q: '1 2',
    body: '{"not": json\xff',
  });
});

it('a body above the route’s ceiling is refused with 413', async (t) => {
  const { server } = await serve(t);

  const answer = parseAnswer(await exchange(server.url, post(ECHO, 'x'.repeat(65))));

  assert.equal(answer.status, 413);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
});

it('a route answers its own method alone: reading where one writes is 404, writing where one reads 405', async (t) => {
  const { server } = await serve(t);

  const answers = await Promise.all([ask(server.url, 'GET', ECHO), ask(server.url, 'POST', '/-/health')]);

  assert.deepEqual(
    answers.map((answer) => answer.status),
    [404, 405],
  );
});
