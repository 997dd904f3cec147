import assert from 'node:assert/strict';
import test from 'node:test';
import { HOUR, MINUTE } from '../../../src/host/clock.ts';
import { parseMetadata } from '../../../src/maven/metadata.ts';
import { judge, type Look } from '../../../src/watch/crawl/judge.ts';
import * as looks from './looks.ts';
import {
  body,
  expected,
  head,
  JAR,
  look,
  METADATA,
  metadata,
  NOW,
  POM,
  SHA1,
  sha256,
  silence,
  status,
} from './looks.ts';

type Row = readonly [what: string, verdict: string, blame: string, given: Look];

const jar = expected(JAR, 'genuine');
const young = expected(JAR, 'genuine', { publishedAt: NOW - HOUR });
const SUM = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const OTHER_SUM = 'f'.repeat(40);

const OURS = metadata('20261121100000', '1.0', '1.1');
const ours = expected(METADATA, OURS);
const parsed = parseMetadata(Buffer.from(OURS));
assert.ok(parsed.kind === 'metadata');

const SILENCE: readonly Row[] = [
  ['a name that does not resolve', 'unreachable', 'mirror', look(jar, silence('dns'))],
  ['a closed port', 'unreachable', 'mirror', look(jar, silence('connect', 'ECONNREFUSED'))],
  ['a handshake that breaks', 'unreachable', 'mirror', look(jar, silence('tls', 'ECONNRESET'))],
  ['no answer in time', 'unreachable', 'mirror', look(jar, silence('timeout'))],
  ['an expired certificate', 'bad-certificate', 'mirror', look(jar, silence('tls', 'CERT_HAS_EXPIRED'))],
  ['another name in it', 'bad-certificate', 'mirror', look(jar, silence('tls', 'ERR_TLS_CERT_ALTNAME_INVALID'))],
  ['nobody vouches for it', 'bad-certificate', 'mirror', look(jar, silence('tls', 'SELF_SIGNED_CERT_IN_CHAIN'))],
  ['we left it alone', 'unknown', 'self', look(jar, silence('held'))],
  ['a broken server', 'unreachable', 'mirror', look(jar, status(500))],
  ['an overloaded server', 'unreachable', 'mirror', look(jar, status(503))],
  ['a wish that we be slower', 'unknown', 'self', look(jar, status(429))],
  ['a legal reason', 'legal-block', 'unknown', look(jar, status(451))],
  ['what we have is what it has', 'ok', 'unknown', look(jar, status(304))],
];

const ABSENCE: readonly Row[] = [
  ['a file that is not there', 'missing', 'mirror', look(jar, status(404))],
  ['a file held back there', 'missing', 'mirror', look(jar, status(403))],
  ['a file that is too young to be there', 'lagging', 'mirror', look(young, status(404))],
  ['a file that its filter leaves out', 'ok', 'unknown', look(jar, status(404), { isWanted: false })],
  ['a file that nobody has', 'ok', 'unknown', look(expected(JAR, null), status(404))],
  [
    'a file that the origin shows no more',
    'ok',
    'unknown',
    look(expected(JAR, 'x', { isAbsentAtOrigin: true }), status(404)),
  ],
  [
    'a file of the last hours before the origin went down two days ago',
    'lagging',
    'mirror',
    look(jar, status(404), { asOf: NOW - 47 * HOUR }),
  ],
  [
    'a file published just before an outage that ended an hour ago',
    'lagging',
    'mirror',
    look(jar, status(404), { upSince: NOW - HOUR }),
  ],
  [
    'the update under way',
    'lagging',
    'mirror',
    look(expected(JAR, 'x', { publishedAt: NOW - 10 * HOUR }), status(404), { isUpdating: true }),
  ],
  ['an update that is always under way', 'missing', 'mirror', look(jar, status(404), { isUpdating: true })],
  ['metadata that names what is not there', 'index-ahead', 'mirror', look(young, status(404), {}, { isIndexed: true })],
  [
    'the same in the middle of an update',
    'lagging',
    'mirror',
    look(young, status(404), { isUpdating: true }, { isIndexed: true }),
  ],
  [
    'a signature that alone is not there',
    'signature-stripped',
    'mirror',
    look(expected(looks.ASC, 's'), status(404), {}, { isBaseThere: true }),
  ],
  [
    'a signature whose file is not there either',
    'missing',
    'mirror',
    look(expected(looks.ASC, 's'), status(404), {}, { isBaseThere: false }),
  ],
  ['the origin itself', 'missing', 'origin', look(jar, status(404), { role: 'origin' })],
];

const CLAIMS: readonly Row[] = [
  ['headers that fit', 'ok', 'unknown', look(jar, head({ sizeBytes: 7, sums: { sha256: sha256('genuine') } }))],
  ['no word about it', 'ok', 'unknown', look(jar, head({}))],
  [
    'a taken down file',
    'extra',
    'mirror',
    look(expected(JAR, null, { removal: { kind: 'takedown', at: 0 } }), head({})),
  ],
  [
    'a file taken down a moment ago',
    'lagging',
    'mirror',
    look(expected(JAR, null, { removal: { kind: 'takedown', at: NOW - MINUTE } }), head({})),
  ],
];

const BODIES: readonly Row[] = [
  ['the genuine bytes', 'ok', 'unknown', look(jar, body('genuine'))],
  [
    'genuine bytes of a file without sums',
    'no-upstream-sum',
    'publisher',
    look(expected(JAR, 'genuine', { upstreamSum: 'absent' }), body('genuine')),
  ],
  ['other bytes of the same length', 'divergent', 'mirror', look(jar, body('tampere'))],
  ['another, shorter file', 'divergent', 'mirror', look(jar, body('evil'), {}, { beginsGenuine: false })],
  ['the beginning of it', 'truncated', 'mirror', look(jar, body('genu'), {}, { beginsGenuine: true })],
  ['nothing', 'truncated', 'mirror', look(jar, body(''))],
  ['a connection that ends early', 'truncated', 'mirror', look(jar, body('genu', { end: 'cut' }))],
  ['more than it', 'oversize', 'mirror', look(jar, body('genuine and more', { limit: 7 }))],
  ['another, longer file', 'divergent', 'mirror', look(jar, body('evil and longer', { limit: 7 }))],
  ['a page', 'impostor-page', 'mirror', look(jar, body('<html><body>Not found</body></html>', { limit: 7 }))],
  ['a page where nothing should be', 'impostor-page', 'mirror', look(expected(JAR, null), body('<html>'))],
  ['a file that nobody published', 'extra', 'mirror', look(expected(JAR, null), body('x'))],
  [
    'what its filter leaves out and nobody has',
    'ok',
    'unknown',
    look(expected(JAR, null), body('x'), { isWanted: false }),
  ],
  ['a drip', 'unreachable', 'mirror', look(jar, body('g', { end: 'slow' }))],
  ['right bytes, wrong header', 'header-wrong', 'mirror', look(jar, body('genuine', { sums: { sha1: OTHER_SUM } }))],
  ['compressed on its own account', 'header-wrong', 'mirror', look(jar, body('zzz', { contentEncoding: 'gzip' }))],
  [
    'an older genuine release',
    'stale-known',
    'mirror',
    look(expected(JAR, 'genuine', { former: [{ sha256: sha256('old'), until: NOW - 9 * HOUR }] }), body('old')),
  ],
  [
    'one replaced an hour ago',
    'lagging',
    'mirror',
    look(expected(JAR, 'genuine', { former: [{ sha256: sha256('old'), until: NOW - HOUR }] }), body('old')),
  ],
  ['another signature', 'signature-changed', 'mirror', look(expected(looks.ASC, 'sig'), body('gis'))],
  ['another POM', 'divergent', 'mirror', look(expected(POM, '<project/>'), body('<projekt/>', { limit: 10 }))],
];

const SIDECARS: readonly Row[] = [
  ['a wrong sum', 'sidecar-wrong', 'mirror', look(expected(SHA1, SUM), body(OTHER_SUM), {}, { sumOfBase: SUM })],
  [
    'the same sum in another form',
    'ok',
    'unknown',
    look(expected(SHA1, SUM), body(`${SUM}  a-1.0.jar\n`), {}, { sumOfBase: SUM }),
  ],
  ['a page', 'impostor-page', 'mirror', look(expected(SHA1, SUM), body('<html>'))],
  ['no sum at all', 'sidecar-wrong', 'mirror', look(expected(SHA1, SUM), body('x'), {}, { sumOfBase: SUM })],
  [
    'the sum of the old metadata beside it',
    'ok',
    'unknown',
    look(expected(`${METADATA}.sha1`, SUM), body(OTHER_SUM), {}, { sumOfBase: SUM, sumOfTheirBase: OTHER_SUM }),
  ],
];

const INDEX: readonly Row[] = [
  [
    'metadata of last year',
    'stale-known',
    'mirror',
    look(ours, body(metadata('20251121100000', '1.0')), {}, { metadata: parsed }),
  ],
  [
    'metadata that names what nobody has',
    'index-ahead',
    'mirror',
    look(ours, body(metadata('20261121110000', '1.0', '9.9')), {}, { metadata: parsed, hasNewVersions: false }),
  ],
  [
    'metadata with a version made up',
    'divergent',
    'mirror',
    look(ours, body(metadata('20261121100000', '1.0', '9.9')), {}, { metadata: parsed, hasNewVersions: true }),
  ],
  [
    'metadata that drops a version and is not older',
    'divergent',
    'mirror',
    look(ours, body(metadata('20261121100000', '1.0')), {}, { metadata: parsed }),
  ],
  [
    'metadata dated after our newest pass',
    'unknown',
    'self',
    look(ours, body(metadata('20261121120000', '1.0', '1.1', '1.2'), { lastModified: NOW }), {}, { metadata: parsed }),
  ],
  [
    'the same bytes as the origin has now',
    'ok',
    'unknown',
    look(ours, body('<metadata/>'), {}, { metadata: parsed, origin: { kind: 'file', sha256: sha256('<metadata/>') } }),
  ],
  ['what is no XML', 'divergent', 'mirror', look(ours, body('metadata', { limit: 99 }), {}, { metadata: parsed })],
  ['a page', 'impostor-page', 'mirror', look(ours, body('<html>'), {}, { metadata: parsed })],
];

const BLAME: readonly Row[] = [
  [
    'the origin has the same other bytes',
    'origin-changed',
    'origin',
    look(jar, body('rewrite'), {}, { origin: { kind: 'file', sha256: sha256('rewrite') } }),
  ],
  [
    'the origin has the genuine ones',
    'divergent',
    'mirror',
    look(jar, body('rewrite'), {}, { origin: { kind: 'file', sha256: sha256('genuine') } }),
  ],
  ['the origin has nothing', 'divergent', 'mirror', look(jar, body('rewrite'), {}, { origin: { kind: 'absent' } })],
  ['our own copy is broken', 'unknown', 'self', look(jar, body('rewrite'), {}, { isOursSound: false })],
  ['the origin itself answers so', 'origin-changed', 'origin', look(jar, body('rewrite'), { role: 'origin' })],
  [
    'the origin answers with new metadata',
    'ok',
    'unknown',
    look(ours, body(metadata('20261121120000', '1.0')), { role: 'origin' }, { metadata: parsed }),
  ],
  ['a date in the future excuses no release', 'divergent', 'mirror', look(jar, body('rewrite', { lastModified: NOW }))],
  ['the origin sends a page', 'impostor-page', 'origin', look(jar, body('<html>'), { role: 'origin' })],
  [
    'a new file that the origin has too',
    'ok',
    'unknown',
    look(expected('g/feed', null), body('x'), {}, { origin: { kind: 'file', sha256: sha256('x') } }),
  ],
];

for (const [title, rows] of Object.entries({ SILENCE, ABSENCE, CLAIMS, BODIES, SIDECARS, INDEX, BLAME })) {
  test(`judged as the table says: ${title.toLowerCase()}`, () => {
    const judged = rows.map(([what, , , given]) => {
      const { verdict, blame } = judge(given);
      return [what, verdict, blame];
    });

    assert.deepEqual(
      judged,
      rows.map(([what, verdict, blame]) => [what, verdict, blame]),
    );
  });
}

test('a claim that contradicts us is a reason to read the body, and no verdict', () => {
  const looksAt = [head({ sizeBytes: 8 }), head({ sums: { sha1: OTHER_SUM } }), head({ sums: { sha256: OTHER_SUM } })];

  const next = looksAt.map((observation) => judge(look(jar, observation)).next);

  assert.deepEqual(next, ['body', 'body', 'body']);
});

test('only a body is proof', () => {
  const basis = [head({ sizeBytes: 7 }), body('genuine'), status(404), silence('dns')].map(
    (observation) => judge(look(jar, observation)).basis,
  );

  assert.deepEqual(basis, ['claim', 'proof', 'claim', 'none']);
});

test('how far a mirror is behind counts from what it lacks', () => {
  assert.equal(judge(look(young, status(404))).behindMs, HOUR);
  assert.equal(judge(look(jar, status(404), { upSince: NOW - 2 * HOUR })).behindMs, 2 * HOUR);
});

test('each trouble says in a sentence what is wrong', () => {
  const troubles = [...SILENCE, ...ABSENCE, ...BODIES, ...SIDECARS, ...INDEX, ...BLAME].filter(
    ([, verdict]) => verdict !== 'ok',
  );

  const mute = troubles.filter(([, , , given]) => !/\w/.test(judge(given).why));

  assert.deepEqual(mute, []);
});
