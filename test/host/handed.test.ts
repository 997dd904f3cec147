import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { handedSockets } from '../../src/host/handed.ts';

const OURS = String(process.pid);

test('nothing is handed to who was handed nothing, nor what was meant for another process', () => {
  assert.deepEqual([...handedSockets({})], []);
  assert.deepEqual([...handedSockets({ LISTEN_PID: '1', LISTEN_FDS: '2' })], []);
  for (const count of ['', '0', '-1', 'x', '1.5', '65'])
    assert.deepEqual([...handedSockets({ LISTEN_PID: OURS, LISTEN_FDS: count })], [], count);
});

test('descriptors are found by the port at which they listen; what does not listen is left alone', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');

  // Of this process's own descriptors, of whatever kind, from the third on.
  const handed = handedSockets({ LISTEN_PID: OURS, LISTEN_FDS: '64' });

  assert.ok(handed.has(address.port));
  assert.ok([...handed.values()].every((descriptor) => descriptor >= 3));
});
