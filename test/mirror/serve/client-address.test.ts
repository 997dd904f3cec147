import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeProxyTrust } from '../../../src/mirror/serve/client-address.ts';
import { makeRequestRate } from '../../../src/mirror/serve/request-rate.ts';

const PROXIES = ['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.9'];

const CASES: readonly [string, string, Record<string, string>, string][] = [
  ['without a header it is the proxy', '10.1.2.3', {}, '10.1.2.3'],
  ['it is who the proxy names', '10.1.2.3', { 'x-forwarded-for': '203.0.113.5' }, '203.0.113.5'],
  [
    'it is the last that is no proxy of ours',
    '10.1.2.3',
    { 'x-forwarded-for': '198.51.100.1, 203.0.113.5, 10.9.9.9' },
    '203.0.113.5',
  ],
  [
    'a stranger is not believed',
    '203.0.113.77',
    { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=198.51.100.2' },
    '203.0.113.77',
  ],
  [
    'Forwarded wins',
    '192.0.2.9',
    { forwarded: 'for=203.0.113.5;proto=https', 'x-forwarded-for': '198.51.100.1' },
    '203.0.113.5',
  ],
  ['quoted, with a port, in another case', '192.0.2.9', { forwarded: 'By=x;For="[2001:db8::5]:4711"' }, '2001:db8::5'],
  [
    'a list of elements',
    '192.0.2.9',
    { forwarded: 'for=198.51.100.1, for=203.0.113.5, for="[2001:db8:ffff::1]"' },
    '203.0.113.5',
  ],
  ['a bare IPv6', '2001:db8:ffff::1', { 'x-forwarded-for': '2001:db8::5' }, '2001:db8::5'],
  ['IPv4 in IPv6', '10.1.2.3', { 'x-forwarded-for': '::ffff:203.0.113.5' }, '203.0.113.5'],
  ['what hides ends the walk', '10.1.2.3', { forwarded: 'for=203.0.113.5, for=_hidden' }, '10.1.2.3'],
  ['what is no address ends the walk', '10.1.2.3', { 'x-forwarded-for': '203.0.113.5, <script>' }, '10.1.2.3'],
  ['proxies alone: the farthest', '10.1.2.3', { 'x-forwarded-for': '10.5.5.5, 10.6.6.6' }, '10.5.5.5'],
];

for (const [that, peer, headers, client] of CASES) {
  it(`the client behind a proxy: ${that}`, () => {
    assert.equal(makeProxyTrust(PROXIES).clientOf(peer, headers), client);
  });
}

it('without trusted proxies nobody is believed', () => {
  assert.equal(makeProxyTrust([]).clientOf('10.1.2.3', { 'x-forwarded-for': '203.0.113.5' }), '10.1.2.3');
});

it('a client may ask in a burst and then as often as the limit says; others are not held back by it', () => {
  const rate = makeRequestRate(2);
  const asked = (address: string, times: number, now: number) =>
    Array.from({ length: times }, () => rate.allows(address, now)).filter(Boolean).length;

  const burst = asked('192.0.2.1', 30, 0);
  const other = asked('192.0.2.2', 1, 0);
  const later = asked('192.0.2.1', 30, 3000);

  assert.deepEqual([burst, other, later, rate.refused()], [20, 1, 6, 34]);
});

it('the addresses of one IPv6 network are one client, those of another are not', () => {
  const rate = makeRequestRate(0.1);

  const allowed = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:2::1', '2001:db8:0:1:0:0:0:9'].map(
    (address) => rate.allows(address, 0),
  );

  assert.deepEqual(allowed, [true, false, true, false]);
});
