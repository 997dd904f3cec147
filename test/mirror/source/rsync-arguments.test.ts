import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type Connection,
  comparisonArguments,
  fetchArguments,
  listingArguments,
  namesFileBytes,
} from '../../../src/mirror/source/rsync/arguments.ts';
import { parseOrigin } from '../../../src/mirror/source/rsync/origin.ts';

function connection(url: string, rest: Partial<Connection> = {}): Connection {
  const origin = parseOrigin(url);
  return { origin, ssh: null, host: origin.host, ioTimeoutSeconds: 120, ...rest };
}

const PLAIN = connection('rsync://reader@origin.example.org:8873/repo/maven');
const SSH = { user: 'mirror', keyFile: '/etc/assay/a key', knownHosts: "/etc/assay/known'hosts%" };
const FETCH = {
  token: '@t',
  staging: '/data/staging',
  namesFile: null,
  basis: 'whole',
  maxFileBytes: 2 ** 31,
  bandwidthKibPerSecond: 0,
  excludedPrefixes: [],
  trustSender: true,
} as const;

test('a listing is a dry run with a deadline on each wait that loses no link', () => {
  const args = listingArguments(PLAIN, { token: '@t', emptyFolder: '/scratch/empty', excludedPrefixes: ['org/a*b'] });

  for (const wanted of [
    '--dry-run',
    '--links',
    '--timeout=120',
    '--contimeout=30',
    '--sockopts=SO_KEEPALIVE',
    '--no-motd',
  ]) {
    assert.ok(args.includes(wanted), wanted);
  }
  assert.ok(!args.includes('--safe-links'));
  assert.ok(args.includes('--exclude=/org/a\\*b'));
  assert.deepEqual(args.slice(-3), ['--', 'rsync://reader@origin.example.org:8873/repo/maven/', '/scratch/empty/']);
});

test('the folder - is listed, so that it can be reported, but never fetched', () => {
  const listing = listingArguments(PLAIN, { token: '@t', emptyFolder: '/e', excludedPrefixes: [] });
  const fetch = fetchArguments(PLAIN, FETCH);

  assert.ok(!listing.includes('--exclude=/-'));
  assert.ok(fetch.includes('--exclude=/-'));
  for (const args of [listing, fetch]) assert.ok(args.includes('--exclude=/.meta'));
});

test('a fetch makes no links, no special files, and survives a kill', () => {
  const args = fetchArguments(PLAIN, FETCH);

  for (const wanted of ['--inplace', '--no-links', '--no-devices', '--no-specials', '--max-size=2147483648']) {
    assert.ok(args.includes(wanted), wanted);
  }
  assert.ok(!args.some((arg) => arg.startsWith('--bwlimit')));
});

const BASES = [
  ['whole', ['--whole-file']],
  ['resume', ['--no-whole-file', '--ignore-times']],
  ['fresh', ['--whole-file', '--ignore-times']],
  [{ seed: '/seed' }, ['--no-whole-file', '--ignore-times', '--copy-dest=/seed']],
] as const;

for (const [basis, flags] of BASES) {
  test(`the basis ${JSON.stringify(basis)} means ${flags.join(' ')}`, () => {
    const args = fetchArguments(PLAIN, { ...FETCH, basis });

    const told = args.filter((arg) => /whole-file|ignore-times|copy-dest/.test(arg));
    assert.deepEqual(told, flags);
  });
}

test('an old rsync is not told to trust the sender, a limit of bandwidth is told', () => {
  const args = fetchArguments(PLAIN, { ...FETCH, trustSender: false, bandwidthKibPerSecond: 100.2 });

  assert.ok(!args.includes('--trust-sender'));
  assert.ok(args.includes('--bwlimit=101'));
});

test('a comparison goes by content over a list of names', () => {
  const args = comparisonArguments(PLAIN, { token: '@t', folder: '/p', namesFile: '/n', trustSender: true });

  for (const wanted of ['--dry-run', '--checksum', '--files-from=/n', '--from0', '--ignore-missing-args']) {
    assert.ok(args.includes(wanted), wanted);
  }
});

test('a name that rsync would take for a comment is written so that it is none', () => {
  assert.equal(namesFileBytes(['g/a', '#x', ';y', 'ü']).toString('utf8'), 'g/a\0./#x\0./;y\0ü\0');
  assert.equal(namesFileBytes([]).length, 0);
});

test('over ssh only the pinned key counts, nothing is asked, and each word survives rsync and ssh', () => {
  const args = fetchArguments(connection('rsync://origin.example.org:2222/repo/', { ssh: SSH }), FETCH);

  const shell = args.find((arg) => arg.startsWith('--rsh=')) ?? '';
  for (const wanted of [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    '-p 2222',
    '-l mirror',
    '-F /dev/null',
  ]) {
    assert.ok(shell.includes(wanted), wanted);
  }
  assert.ok(shell.includes(`'IdentityFile="/etc/assay/a key"'`), shell);
  assert.ok(shell.includes(`'UserKnownHostsFile="/etc/assay/known''hosts%%"'`), shell);
  assert.ok(args.includes('rsync://origin.example.org/repo/'));
  assert.ok(!args.some((arg) => arg.startsWith('--contimeout') || arg.startsWith('--sockopts')));
});

test('a remembered address over ssh is still checked against the name', () => {
  const args = fetchArguments(
    connection('ssh://origin.example.org:2222/srv/repo', { ssh: SSH, host: '2001:db8::7' }),
    FETCH,
  );

  assert.ok(args.some((arg) => arg.includes(`'HostKeyAlias=[origin.example.org]:2222'`)));
  assert.ok(args.includes('[2001:db8::7]:/srv/repo/'));
});

test('an origin is taken apart, its password refused', () => {
  assert.deepEqual(parseOrigin('rsync://u@[2001:db8::1]:873/repo'), {
    kind: 'daemon',
    user: 'u',
    host: '2001:db8::1',
    port: 873,
    path: 'repo/',
    url: 'rsync://u@[2001:db8::1]:873/repo/',
  });
  for (const url of [
    'rsync://u:secret@h/repo/',
    'rsync://h/',
    'rsync://-oProxy/repo/',
    'http://h/repo/',
    'rsync://h/a\nb/',
  ]) {
    assert.throws(() => parseOrigin(url), { code: 'source-url-wrong' });
  }
  assert.throws(
    () => parseOrigin('rsync://u:secret@h/repo/'),
    (error: Error) => !error.message.includes('secret'),
  );
});
