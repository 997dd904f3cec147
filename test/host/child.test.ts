import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { type ChildOptions, type Exit, runChild } from '../../src/host/child.ts';
import { CodedError } from '../../src/host/error.ts';

const PATH = process.env.PATH ?? '';

function script(
  text: string,
  options: Partial<ChildOptions> = {},
  signal = new AbortController().signal,
): Promise<Exit> {
  const whole = { command: 'sh', args: ['-c', text], env: { PATH }, deadlineMs: 60_000, ...options };
  return runChild(whole, signal);
}

/** A process that has ended may be a zombie for a moment: nobody has asked after it yet. */
async function isGone(pid: string): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (!existsSync(`/proc/${pid}`)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

test('a program tells its lines and its status', async () => {
  const lines: string[] = [];

  const exit = await script('printf "one\\ntwo\\r\\n"; printf last; echo wrong >&2; exit 7', {
    onLine: (line) => lines.push(line),
  });

  assert.deepEqual(exit, { kind: 'exited', status: 7, stderr: 'wrong' });
  assert.deepEqual(lines, ['one', 'two', 'last']);
});

test('arguments reach the program as they are, whatever a shell would make of them', async () => {
  const lines: string[] = [];
  const args = ['%s\\n', '$(id)', '`id`', 'a b', ';', '*', ''];

  await runChild(
    { command: 'printf', args, env: { PATH }, deadlineMs: 60_000, onLine: (line) => lines.push(line) },
    AbortSignal.any([]),
  );

  assert.deepEqual(lines, args.slice(1));
});

test('nothing of our own environment is handed down', async () => {
  const lines: string[] = [];
  process.env.ASSAY_TEST_SECRET = 'secret';

  await script('env', { env: { PATH, ONLY: 'this' }, onLine: (line) => lines.push(line) });

  delete process.env.ASSAY_TEST_SECRET;
  assert.equal(
    lines.some((line) => line.includes('secret')),
    false,
  );
  assert.ok(lines.includes('ONLY=this'));
});

test('input is given and closed; without any there is nothing to read', async () => {
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);

  await script('cat', { input: 'given\n', onLine });
  await script('cat; echo ended', { onLine });

  assert.deepEqual(lines, ['given', 'ended']);
});

test('a program that ends before it has read its input is no error', async () => {
  const exit = await script('exit 3', { input: Buffer.alloc(4_000_000) });

  assert.deepEqual(exit, { kind: 'exited', status: 3, stderr: '' });
});

test('of what a program says on standard error only the end is kept', async () => {
  const exit = await script('head -c 5000000 /dev/zero | tr "\\0" x >&2; echo END >&2');

  assert.equal(exit.stderr.length, 16 * 1024 - 1);
  assert.match(exit.stderr, /^x+END$/);
});

test('a program that a signal ended says which', async () => {
  assert.deepEqual(await script('kill -9 $$'), { kind: 'killed', by: 'SIGKILL', stderr: '' });
});

test('a program that is not there is named', async () => {
  const missing = runChild(
    { command: 'assay-no-such-program', args: [], env: { PATH }, deadlineMs: 1000 },
    AbortSignal.any([]),
  );

  await assert.rejects(missing, (error) => error instanceof CodedError && error.code === 'program-not-found');
});

test('what is aborted before it begins never begins', async () => {
  assert.deepEqual(await script('exit 1', {}, AbortSignal.abort()), { kind: 'aborted', stderr: '' });
});

test('on abort the grandchildren end with the child', async () => {
  const controller = new AbortController();
  let grandchild = '';
  const onLine = (line: string) => {
    grandchild = line;
    controller.abort();
  };

  const exit = await script('sleep 60 & echo $!; wait', { onLine }, controller.signal);

  assert.equal(exit.kind, 'aborted');
  assert.ok(await isGone(grandchild));
});

test('at the deadline a program is ended', async () => {
  assert.equal((await script('sleep 60', { deadlineMs: 50 })).kind, 'deadline');
});

test('what ignores the first signal gets the second, and what left the group holds nobody up', async (t) => {
  const [stubborn, left] = await Promise.all([
    script('trap "" TERM; sleep 60; sleep 60', { deadlineMs: 50 }),
    escaped(t),
  ]);

  assert.equal(stubborn.kind, 'deadline');
  assert.equal(left.kind, 'aborted');
});

/** The grandchild has a session of its own and keeps our standard error open. */
async function escaped(t: TestContext): Promise<Exit> {
  const controller = new AbortController();
  const onLine = (line: string) => {
    t.after(() => process.kill(Number(line), 'SIGKILL'));
    controller.abort();
  };
  const code = `const child = require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
    console.log(child.pid);`;
  const options = { command: process.execPath, args: ['-e', code], env: { PATH }, deadlineMs: 60_000, onLine };
  return await runChild(options, controller.signal);
}

test('what nobody waits for runs at a lower priority, and so do its own children', async () => {
  const lines: string[] = [];
  const args = ['-c', 'sleep 0.2; nice; nice'];

  await runChild(
    {
      command: 'sh',
      args,
      env: { PATH },
      inBackground: true,
      onLine: (line) => void lines.push(line),
      deadlineMs: 30_000,
    },
    new AbortController().signal,
  );

  assert.deepEqual(lines, ['10', '10']);
});
