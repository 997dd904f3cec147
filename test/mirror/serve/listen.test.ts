import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listenAddress, readListen } from '../../../src/mirror/serve/listen.ts';

const GOOD = [
  ['[::]:443', '::', 443],
  ['127.0.0.1:0', '127.0.0.1', 0],
  ['0.0.0.0:8080', '0.0.0.0', 8080],
  ['[::1]:65535', '::1', 65_535],
] as const;

for (const [text, host, port] of GOOD) {
  it(`${text} is an address`, () => {
    assert.deepEqual(readListen(text), { kind: 'address', host, port });
  });
}

const PORT = 'a port from 0 to 65535 after the last colon';
const FORMS = 'such as `[::]:443`, `127.0.0.1:0` or `0.0.0.0:8080`';
const BAD = [
  ['', `an address and a port, ${FORMS}`],
  ['443', `an address and a port, ${FORMS}`],
  ['::1:443', `an address and a port, ${FORMS}`],
  [':443', `an IP address before the port, ${FORMS}`],
  ['localhost:443', `an IP address before the port, ${FORMS}`],
  ['300.0.0.1:443', `an IP address before the port, ${FORMS}`],
  ['[127.0.0.1]:443', 'an IPv6 address between the brackets'],
  ['[]:443', 'an IPv6 address between the brackets'],
  ['127.0.0.1:', PORT],
  ['127.0.0.1:65536', PORT],
  ['127.0.0.1:-1', PORT],
  ['[::]:https', PORT],
] as const;

for (const [text, expected] of BAD) {
  it(`${JSON.stringify(text)} is none, and the fault says what was expected`, () => {
    assert.deepEqual(readListen(text), { kind: 'fault', expected });
    assert.throws(() => listenAddress(text), { code: 'listen-invalid' });
  });
}
