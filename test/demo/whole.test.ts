// The demo as a stranger runs it: the program itself, with the real mirror.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { ClojarsStep } from '../../src/demo/story.ts';
import { MINUTE } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { runTool } from '../support/tool-run.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

describe('assay demo', () => {
  test('--once --json finds what it planted, prints one object and leaves nothing', async (t) => {
    if (!needs(t, 'rsync')) return;
    const temporary = temporaryFolder(t);

    const run = await startDemo(t, temporary, ['--once', '--json']).ended;

    assert.equal(run.status, 0, run.err);
    const { assay, verb, exit, problems, result } = JSON.parse(run.out);
    assert.deepEqual({ assay, verb, exit, problems }, { assay: 1, verb: 'demo', exit: 0, problems: [] });
    assert.deepEqual(
      result.found,
      result.planted.map(({ kind: _, ...rest }: Record<string, string>) => rest),
    );
    const { counted, asked, mirrors } = result.report;
    assert.deepEqual([counted > 0, counted, mirrors], [true, asked, [{ name: 'demo.example.org', healthy: true }]]);
    assert.deepEqual([result.found.length, result.missed, result.unexpected, result.wrong_answers], [10, [], [], []]);
    const [mail] = result.crawl.mail.filter(({ subject }: { subject: string }) =>
      /divergent at tampered/.test(subject),
    );
    assert.match(mail?.text, /expected .* bytes\n.*observed .* bytes\n/s);
    assert.match(result.crawl.cannot_see, /cannot see a mirror that lies/);
    assert.match(result.urls.http, /^http:\/\/127\./);
    assert.deepEqual(readdirSync(temporary), []);
  });

  test('--story clojars --once --json reads from what is left when one part after another is lost', async (t) => {
    const temporary = temporaryFolder(t);

    const run = await startDemo(t, temporary, ['--story', 'clojars', '--once', '--json']).ended;

    assert.equal(run.status, 0, run.err);
    const { clean, compared, steps } = JSON.parse(run.out).result;
    const told = steps.map((step: ClojarsStep) => [step.step, step.read_from, step.wrong_answers]);
    assert.deepEqual(told, [
      ['first', 'bucket', []],
      ['news', 'bucket', []],
      ['without-cdn', 'bucket', []],
      ['without-release-feed', 'bucket', []],
      ['without-bucket', 'cdn', []],
      ['without-feeds', 'cdn', []],
      ['without-anything', 'nowhere', []],
      ['rewritten', 'bucket', []],
    ]);
    assert.equal(clean, true);
    assert.ok(compared > 100);
    assert.deepEqual(readdirSync(temporary), []);
  });

  test('ends with status 0 on SIGINT and leaves nothing', async (t) => {
    if (!needs(t, 'rsync')) return;
    const temporary = temporaryFolder(t);
    const demo = startDemo(t, temporary, []);

    await demo.says('Ctrl-C ends it');
    demo.child.kill('SIGINT');
    const run = await demo.ended;

    assert.equal(run.status, 0, run.err);
    assert.match(run.out, /Ended: the mirror and the rsync daemon are stopped/);
    assert.deepEqual(readdirSync(temporary), []);
  });

  test('ends with a line for Maven and one for Leiningen that work when they are pasted', async (t) => {
    if (!needs(t, 'rsync', 'mvn', 'lein')) return;
    const temporary = temporaryFolder(t);
    const demo = startDemo(t, temporary, []);
    await demo.says('Ctrl-C ends it');

    const lines = demo
      .out()
      .split('\n')
      .filter((line) => / (?:mvn|lein) /.test(line));
    const runs = await Promise.all(lines.map((line) => runTool('sh', ['-c', line], { cwd: temporary, env: {} })));
    demo.child.kill('SIGINT');
    await demo.ended;

    assert.deepEqual(
      [runs.map(({ status }) => status), lines.length],
      [[0, 0], 2],
      runs.map(({ output }) => output).join(),
    );
    const [maven, lein] = runs.map(({ output }) => output);
    assert.match(maven ?? '', /Downloaded from clojars: http:\/\/127\.0\.0\.1:.*\.jar/);
    assert.match(lein ?? '', /Retrieving .*\.jar from central/);
    assert.deepEqual(readdirSync(temporary), []);
  });

  test('ends with status 0 on SIGTERM in its first pass and leaves nothing', async (t) => {
    if (!needs(t, 'rsync')) return;
    const temporary = temporaryFolder(t);
    const demo = startDemo(t, temporary, []);

    await demo.says('THE MIRROR');
    demo.child.kill('SIGTERM');
    const run = await demo.ended;

    assert.equal(run.status, 0, run.err);
    assert.deepEqual(readdirSync(temporary), []);
  });
});

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

interface StartedDemo {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
  /** Resolves once it has written `text` to standard output; rejects when it ends before. */
  says(text: string): Promise<void>;
  /** Standard output so far. */
  out(): string;
}

function startDemo(t: TestContext, temporary: string, options: readonly string[]): StartedDemo {
  const env = { PATH: process.env.PATH ?? '', TMPDIR: temporary };
  const child = spawn(process.execPath, [MAIN, 'demo', ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const deadline = setTimeout(() => child.kill('SIGKILL'), 5 * MINUTE);
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<Run>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(deadline);
      resolve({ status, out, err });
    });
  });
  const heard = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    for (const listener of heard) listener();
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      heard.add(() => {
        if (out.includes(text)) resolve();
      });
      ended.then((run) => reject(new Error(`it ended without saying ${text}: ${run.out}${run.err}`)), reject);
    });
  return { child, ended, says, out: () => out };
}
