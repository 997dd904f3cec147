import assert from 'node:assert/strict';
import test from 'node:test';
import { backOffMs, judgeExit } from '../../../src/mirror/source/rsync/exit.ts';

const PLACE = { url: 'rsync://origin.example.org/repo/', prefixes: ['/data/staging/'] };

function judge(status: number, stderr: string, runs = 1, incomplete = 0) {
  return judgeExit({ kind: 'exited', status, stderr }, { runs, incomplete }, PLACE);
}

const RETRIED = [
  [5, '@ERROR: max connections (1) reached -- try again later', 'busy'],
  [10, 'rsync: [Receiver] failed to connect to 127.0.0.1 (127.0.0.1): Connection refused (111)', 'unreachable'],
  [10, 'rsync: getaddrinfo: nope.invalid 873: Name or service not known', 'unreachable'],
  [12, 'rsync: connection unexpectedly closed (5 bytes received so far) [Receiver]', 'unreachable'],
  [12, 'unexpected tag 93 [Receiver]', 'protocol'],
  [30, '[Receiver] io timeout after 2 seconds -- exiting', 'timeout'],
  [35, 'rsync: timeout waiting for daemon connection', 'timeout'],
] as const;

for (const [status, stderr, trouble] of RETRIED) {
  test(`status ${status}, "${stderr}", is tried three times more and is then ${trouble}`, () => {
    const judged = [1, 2, 3, 4].map((runs) => judge(status, stderr, runs));

    assert.deepEqual(
      judged.map(({ kind }) => kind),
      ['again', 'again', 'again', 'over'],
    );
    assert.equal(judged[3]?.kind === 'over' && judged[3].trouble.trouble, trouble);
  });
}

const HOPELESS = [
  [1, 'rsync: --nonsense: unknown option', 'failed'],
  [2, 'protocol version mismatch -- is your shell clean?', 'protocol'],
  [4, 'rsync: the server does not support it', 'refused'],
  [4, 'rsync: ABORTING due to unsafe pathname from sender: org/../../passwd', 'failed'],
  [4, 'rsync: ABORTING due to invalid path from sender: /aaa_bbb', 'failed'],
  [5, "@ERROR: Unknown module 'nope'", 'refused'],
  [5, '@ERROR: auth failed on module repo', 'refused'],
  [5, '@ERROR: access denied to repo from localhost', 'refused'],
  [5, 'rsync: did not see server greeting', 'protocol'],
  [5, 'rsync: server sent "HTTP/1.1 400 Bad" rather than greeting', 'protocol'],
  [10, 'rsync: The server is configured to refuse --checksum (-c)', 'refused'],
  [11, 'rsync: [receiver] write failed on "/data/staging/g/a": File too large (27)', 'too-large'],
  [11, 'rsync: [receiver] write failed on "/data/staging/g/a": No space left on device (28)', 'disk-full'],
  [11, 'rsync: [receiver] write failed on "/data/staging/g/a": Input/output error (5)', 'failed'],
  [22, 'rsync: out of memory in flist_expand', 'too-large'],
  [12, 'Host key verification failed.', 'refused'],
] as const;

for (const [status, stderr, trouble] of HOPELESS) {
  test(`status ${status}, "${stderr}", is ${trouble} at once`, () => {
    const judged = judge(status, stderr);

    assert.equal(judged.kind === 'over' && judged.trouble.trouble, trouble);
  });
}

test('status 0, and 24 for files that went away meanwhile, are good', () => {
  assert.deepEqual(judge(0, ''), { kind: 'ok' });
  assert.deepEqual(judge(24, 'file has vanished: "/g/a"'), { kind: 'ok' });
});

const DENIED = [
  'rsync: [sender] opendir "g/closed" (in repo) failed: Permission denied (13)',
  'rsync: [sender] send_files failed to open "g/a "b".jar" (in repo): Permission denied (13)',
  'rsync: [receiver] open "/data/staging/g/c.jar" failed: Is a directory (21)',
  'rsync: [sender] send_files failed to open "../../etc/shadow" (in repo): Permission denied (13)',
  'rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1956)',
].join('\n');

test('status 23 is tried once more, then what could not be read is named', () => {
  const first = judge(23, DENIED, 1, 1);
  const second = judge(23, DENIED, 2, 2);

  assert.equal(first.kind, 'again');
  assert.deepEqual(second, { kind: 'incomplete', unreadable: ['g/closed', 'g/a "b".jar', 'g/c.jar'] });
});

test('status 23 that names nothing of the tree is a failure', () => {
  const judged = judge(23, 'rsync: [sender] change_dir "/gone" (in repo) failed: No such file or directory (2)', 2, 2);

  assert.equal(judged.kind, 'over');
});

test('status 23 for want of space is a full disk', () => {
  const judged = judge(
    23,
    'rsync: [generator] recv_generator: mkdir "/data/staging/g" failed: No space left on device (28)',
    1,
    1,
  );

  assert.equal(judged.kind === 'over' && judged.trouble.trouble, 'disk-full');
});

test('a sentence carries the words of the server on one line, cut, and without control characters', () => {
  const judged = judge(
    5,
    `@ERROR: go\x1b[31m away ${'x'.repeat(1000)}\nrsync error: error starting client-server protocol`,
  );

  const sentence = judged.kind === 'over' ? judged.trouble.sentence : '';
  assert.match(
    sentence,
    /^rsync:\/\/origin\.example\.org\/repo\/: The server refuses \(rsync status 5\): go \[31m away x+\.$/,
  );
  assert.ok(sentence.length < 400);
});

test('the pauses are about 1, 2 and 4 seconds', () => {
  const shortest = [1, 2, 3].map((runs) => backOffMs(runs, 0));
  const longest = [1, 2, 3].map((runs) => backOffMs(runs, 0.9999));

  assert.deepEqual(shortest, [750, 1500, 3000]);
  assert.deepEqual(longest, [1250, 2500, 5000]);
});
