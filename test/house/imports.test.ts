import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { doorFault } from './door-rule.ts';
import { DRAWERS, ENTRANCES, FILE_MODULES, HASHING, JUDGES, REACHING_MODULES, ROOMS, roomOf } from './rooms.ts';
import { list, PROJECT, readSource, type Source, sourcesIn, targetOf } from './sources.ts';

const SOURCES = sourcesIn('src');
const BY_FILE = new Map(SOURCES.map((source) => [source.file, source]));

test('every source lies in a room of the map, or is an entrance', () => {
  const strangers = SOURCES.filter(({ file }) => roomOf(file) === null && !ENTRANCES.includes(file));

  assert.equal(list(strangers.map(({ file }) => file)), '');
});

test('a file is named for what it holds', () => {
  const misnamed = SOURCES.filter(({ file }) => {
    const name = basename(file).replace(/\.(ts|mjs)$/, '');
    return DRAWERS.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  });

  assert.equal(list(misnamed.map(({ file }) => file)), '');
});

test('a file imports its own room and the doors of rooms above it', () => {
  const faults = SOURCES.flatMap((source) =>
    source.imports.flatMap(({ specifier, line }) => {
      const target = targetOf(source.file, specifier);
      const fault = target === null ? null : doorFault(source.file, target);
      return fault === null ? [] : [`src/${source.file}:${line} imports ${target}: ${fault}`];
    }),
  );

  assert.equal(list(faults), '');
});

test('every relative import names a file that is there', () => {
  const broken = SOURCES.flatMap(({ file, imports }) =>
    imports
      .map(({ specifier }) => targetOf(file, specifier))
      .filter((target) => target?.endsWith('.ts') && !BY_FILE.has(target))
      .map((target) => `${file} -> ${target}`),
  );

  assert.equal(list(broken), '');
});

test('no import leads back to where it came from', () => {
  const cycles = [...BY_FILE.keys()].flatMap((file) => (reachable(file, neighbours).has(file) ? [file] : []));

  assert.equal(list(cycles), '');
});

test('code that judges bytes cannot fetch them, at any distance', () => {
  const faults = SOURCES.filter(isJudge).flatMap(({ file }) =>
    [file, ...reachable(file, neighbours)].flatMap((reached) =>
      modulesOf(reached)
        .filter((name) => REACHING_MODULES.includes(name))
        .map((name) => `${file} reaches ${name} through ${reached}`),
    ),
  );

  assert.equal(list(faults), '');
});

test('of the judges only the hashing of staged files reads files', () => {
  const readers = SOURCES.filter((source) => isJudge(source) && !HASHING.test(source.file)).filter(({ file }) =>
    modulesOf(file).some((name) => FILE_MODULES.includes(name)),
  );

  assert.equal(list(readers.map(({ file }) => file)), '');
});

test('maven is pure: nothing of ours, nothing of Node.js', () => {
  const impure = SOURCES.filter(({ file }) => file.startsWith('maven/')).flatMap(({ file, imports }) =>
    imports
      .filter(
        ({ specifier }) =>
          specifier.startsWith('node:') || !(targetOf(file, specifier) ?? 'maven/').startsWith('maven/'),
      )
      .map(({ specifier, line }) => `${file}:${line} ${specifier}`),
  );

  assert.equal(list(impure), '');
});

test('a room has at most three doors, or says why more', () => {
  const wide = ROOMS.filter(({ doors, open }) => doors.length > 3 && open === undefined);

  assert.deepEqual(wide, []);
});

test('the door rule itself tells right from wrong', () => {
  const verdicts = [
    ['mirror/pass/plan.ts', 'mirror/pass/fetch.ts'],
    ['mirror/pass/plan.ts', 'mirror/verify/gate.ts'],
    ['mirror/pass/plan.ts', 'mirror/verify/policy.ts'],
    ['mirror/verify/gate.ts', 'mirror/pass/pass.ts'],
    ['dashboard/routes.ts', 'config/schema.ts'],
    ['compose/installation.ts', 'mirror/inventory/schema.ts'],
    ['mirror/pass/plan.ts', 'mirror/inventory/schema.ts'],
    ['mirror/pass/plan.ts', 'main.ts'],
  ].map(([from, to]) => doorFault(from as string, to as string));

  assert.deepEqual(verdicts, [
    null,
    null,
    'not a door of mirror/verify (doors: gate, digest, signature)',
    'mirror/pass stands below mirror/verify',
    'only compose, command may import config',
    null,
    'not a door of mirror/inventory (doors: row, store, writer, page)',
    'nothing imports an entrance',
  ]);
});

test('imports are read from the tree, not from text', () => {
  const source = readSource(
    'a/b.ts',
    [
      "import type { A } from './a.ts';",
      "import { type B, c } from '../c.ts';",
      "// import './comment.ts'",
      'const text = "import \'./text.ts\'";',
      "const worker = new URL('./worker.ts', import.meta.url);",
      "await import('./late.ts');",
      "export { d } from './d.ts';",
    ].join('\n'),
  );

  assert.deepEqual(
    source.imports.map(({ specifier, typeOnly, late }) => [specifier, typeOnly, late]),
    [
      ['./a.ts', true, false],
      ['../c.ts', false, false],
      ['./worker.ts', false, true],
      ['./late.ts', false, true],
      ['./d.ts', false, false],
    ],
  );
});

function isJudge({ file }: Source): boolean {
  return JUDGES.some((judge) => file === `${judge}.ts` || file.startsWith(`${judge}/`));
}

/** What a file loads when the program runs: types are gone by then. */
function neighbours(file: string): string[] {
  const imports = BY_FILE.get(file)?.imports ?? [];
  return imports
    .filter(({ typeOnly }) => !typeOnly)
    .flatMap(({ specifier }) => targetOf(file, specifier) ?? [])
    .filter((target) => BY_FILE.has(target));
}

function modulesOf(file: string): string[] {
  const imports = BY_FILE.get(file)?.imports ?? [];
  return imports
    .filter(({ typeOnly, specifier }) => !typeOnly && !specifier.startsWith('.'))
    .map((one) => one.specifier);
}

function reachable(start: string, next: (file: string) => string[]): Set<string> {
  const seen = new Set<string>();
  const queue = next(start);
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    queue.push(...next(file));
  }
  return seen;
}

test('what runs imports only packages that a release brings', () => {
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Packages;

  const strange = SOURCES.flatMap(({ file, imports }) =>
    imports
      .map(({ specifier }) => specifier)
      .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .filter((specifier) => !Object.hasOwn(dependencies, packageOf(specifier)))
      .map((specifier) => `src/${file} imports ${specifier}`),
  );

  assert.equal(list(strange), '');
});

interface Packages {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** `@scope/name/part` and `name/part` are of `@scope/name` and `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
