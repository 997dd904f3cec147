import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import test from 'node:test';
import { list, PROJECT } from './sources.ts';

interface Word {
  readonly why: string;
  readonly pattern: RegExp;
  readonly example: string;
}

/** Each pattern is written so that it does not find itself. */
const UNWANTED: readonly Word[] = [
  {
    why: 'a path of one machine',
    pattern: /(?<![\w.~-])\/(work|root|home\/\w+)\//,
    example: ['', 'work', 'x'].join('/'),
  },
  {
    why: 'a host of a package registry',
    pattern: /\b(registry\.(npmjs|yarnpkg)|deb\.debian|files\.pythonhosted)\./,
    example: ['registry', 'npmjs', 'org'].join('.'),
  },
  {
    why: 'work without a condition under which it is done',
    pattern: /\b(TO[D]O|FIX[M]E|XX[X])\b/,
    example: ['TO', 'DO'].join(''),
  },
  {
    why: 'a rule switched off',
    pattern: /@ts-(ignore|expect-error|nocheck)|biome[-]ignore|eslint[-]disable/,
    example: ['biome', 'ignore'].join('-'),
  },
];

const NOT_THE_TREE = ['.git', 'node_modules', 'dist'];
/** Texts that others wrote. */
const NOT_OURS = /^(LICENSE|package-lock\.json)$/;

test('the tree names no machine, no registry, and leaves nothing half done', () => {
  const faults = ourTexts().flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, index) => faultsOf(line).map((why) => `${file}:${index + 1}: ${why}`)),
  );

  assert.equal(list(faults), '');
});

test('each unwanted word is recognised', () => {
  const unseen = UNWANTED.filter(({ pattern, example }) => !pattern.test(example) && !pattern.test(`${example}/`));

  assert.deepEqual(unseen, []);
});

test('the lock file leaves it to each machine from where packages come', () => {
  const lock = readFileSync(join(PROJECT, 'package-lock.json'), 'utf8');

  assert.doesNotMatch(lock, /"resolved"/);
});

function faultsOf(line: string): string[] {
  return UNWANTED.filter(({ pattern }) => pattern.test(line)).map(({ why }) => why);
}

/** The tree as it is checked out: packages and what is built from it are not ours. */
function ourTexts(): { file: string; text: string }[] {
  return readdirSync(PROJECT)
    .filter((name) => !NOT_THE_TREE.includes(name))
    .flatMap(filesBelow)
    .filter((file) => !NOT_OURS.test(file))
    .map((file) => ({ file, bytes: readFileSync(join(PROJECT, file)) }))
    .filter(({ bytes }) => !bytes.includes(0))
    .map(({ file, bytes }) => ({ file, text: bytes.toString('utf8') }));
}

function filesBelow(name: string): string[] {
  if (!statSync(join(PROJECT, name)).isDirectory()) return [name];
  return readdirSync(join(PROJECT, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)));
}
