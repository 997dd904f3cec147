import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from './folder.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'preload.ts')).href;

test('a test file that leaves a process behind fails, and the process is ended', (t) => {
  const { status, output } = runFile(
    t,
    `import { spawn } from 'node:child_process';
     import test from 'node:test';
     test('leaves', () => { spawn('sleep', ['61'], { detached: true, stdio: 'ignore' }).unref(); });`,
  );

  assert.equal(status, 1);
  assert.match(output, /they left process \d+ running: sleep 61/);
  assert.equal(runs(Number(/left process (\d+)/.exec(output)?.[1])), false);
});

test('a test file that cleans up in its last hook is fine', (t) => {
  const { status } = runFile(
    t,
    `import { createServer } from 'node:net';
     import test, { after } from 'node:test';
     test('closes', () => { const s = createServer().listen(0, '127.0.0.1'); after(() => s.close()); });`,
  );

  assert.equal(status, 0);
});

function runFile(t: TestContext, source: string): { status: number | null; output: string } {
  const file = join(temporaryFolder(t), 'inner.test.mjs');
  writeFileSync(file, source);
  const { NODE_TEST_CONTEXT: _runner, ASSAY_TEST_PROCESS: _mark, ...env } = process.env;
  const ended = spawnSync(process.execPath, ['--test', `--import=${PRELOAD}`, file], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status: ended.status, output: ended.stdout + ended.stderr };
}

/** A zombie has ended; whoever took it over has not asked how. */
function runs(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}
