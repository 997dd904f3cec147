import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, parseListen } from '../../src/config/address.ts';

test('an address to listen on is a host and a port, IPv6 in brackets', () => {
  assert.deepEqual(parseListen('[::]:443'), { host: '::', port: 443 });
  assert.deepEqual(parseListen('127.0.0.1:0'), { host: '127.0.0.1', port: 0 });
  assert.deepEqual(parseListen('localhost:8080'), { host: 'localhost', port: 8080 });
  for (const text of ['443', ':443', '::1:443', '127.0.0.1', '127.0.0.1:65536', '127.0.0.1:-1', 'a b:1', '']) {
    assert.equal(parseListen(text), null, text);
  }
});

test('loopback is what nobody else can reach', () => {
  const local = ['127.0.0.1:1', '127.9.8.7:1', '[::1]:1', 'localhost:1'].map((text) => parseListen(text));
  const open = ['0.0.0.0:1', '[::]:1', '10.0.0.1:1', '127.example.org:1'].map((text) => parseListen(text));

  assert.ok(local.every((address) => address !== null && isLoopback(address)));
  assert.ok(open.every((address) => address !== null && !isLoopback(address)));
});
