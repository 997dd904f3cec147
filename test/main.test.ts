import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { test } from 'node:test';

const MAIN = resolve(import.meta.dirname, '../src/main.ts');

test('the program answers without an installation, and its version is that of the package', async () => {
  const { status, stdout, stderr } = await program(['--version']);

  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\nrun from a work tree, not a release\nNode\.js 2\d\.[\d.]+, OpenSSL [\d.]+\n$/);
  assert.equal(stderr, '');
});

test('wrong usage ends the process with status 2', async () => {
  const { status, stdout, stderr } = await program(['sink']);

  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /Unknown command 'sink'/);
});

test('a reader that goes away early is no error', async () => {
  const child = spawn(process.execPath, [MAIN, 'schema', 'config'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const stderr = collect(child.stderr);

  const [status] = await once(child, 'close');

  assert.equal(status, 0);
  assert.equal(stderr(), '');
});

test('one wish to end that is delivered twice is one wish: what was begun is cleared away', async () => {
  const child = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr = collect(child.stderr);
  await once(child.stdout, 'data');
  const ended = once(child, 'close');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  child.stdout.resume();

  const [status] = await ended;

  assert.equal(stderr(), '');
  assert.equal(status, 0);
});

async function program(args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const [status] = await once(child, 'close');
  return { status, stdout: stdout(), stderr: stderr() };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return () => text;
}
