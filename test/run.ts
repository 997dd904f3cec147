// Every test, each file in a process of its own: `npm test`, `npm test -- test/maven/*.test.ts`, `npm test -- --test-name-pattern=WORD`.

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROJECT = resolve(import.meta.dirname, '..');
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'support/preload.ts')).href;
const ONE_TEST_MS = 15 * 60_000;
const MOST_TOLD = 12;
/** What runtimes leave in the temporary folder on purpose, for the next run of theirs. */
const CACHES = /^(node-compile-cache|hsperfdata_)/;

process.exitCode = await runTests(process.argv.slice(2));

/** The status of the runner; 1 also when the tests left something behind in the temporary folder. */
async function runTests(words: string[]): Promise<number> {
  const missing = mkdtempSync(join(tmpdir(), 'assay-missing-'));
  const temporary = mkdtempSync(join(tmpdir(), 'assay-'));
  const list = join(missing, 'packages');
  writeFileSync(list, '');
  try {
    const status = await runNode(nodeArguments(words), { TMPDIR: temporary, ASSAY_TEST_MISSING: list });
    const left = readdirSync(temporary).filter((name) => !CACHES.test(name));
    tellMissing(readFileSync(list, 'utf8'));
    if (left.length > 0) process.stderr.write(leftText(temporary, left));
    return status === 0 && left.length > 0 ? 1 : status;
  } finally {
    for (const folder of [missing, temporary]) rmSync(folder, { recursive: true, force: true });
  }
}

/** With some of what lies there, by which the test is known. */
function leftText(temporary: string, left: readonly string[]): string {
  const lines = left.flatMap((name) => {
    const place = join(temporary, name);
    const within = statSync(place).isDirectory() ? readdirSync(place, { recursive: true, encoding: 'utf8' }) : [];
    return [`  ${name}`, ...within.slice(0, MOST_TOLD).map((each) => `    ${each}`)];
  });
  return `Left behind in the temporary folder:\n${lines.join('\n')}\n`;
}

function nodeArguments(words: string[]): string[] {
  const options = words.filter((word) => word.startsWith('-'));
  // npm has left the folder in which the person typed the names.
  const files = words.filter((word) => !word.startsWith('-')).map((file) => resolve(process.env.INIT_CWD ?? '.', file));
  return [
    '--test',
    '--test-reporter=spec',
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${ONE_TEST_MS}`,
    `--import=${PRELOAD}`,
    ...options,
    ...(files.length > 0 ? files : ['test/**/*.test.ts']),
  ];
}

function runNode(args: string[], extra: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: PROJECT, env: { ...process.env, ...extra }, stdio: 'inherit' });
  // The runner ends its files on a signal and then itself; we only wait, so that our own cleaning up comes after.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) => done(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

function tellMissing(packages: string): void {
  const names = [...new Set(packages.split('\n'))].filter((name) => name !== '').sort();
  if (names.length === 0) return;
  process.stderr.write(`Some tests were skipped. To run them too: apt-get install ${names.join(' ')}\n`);
}
