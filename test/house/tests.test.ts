import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import ts from 'typescript';
import { packagesOf } from '../support/needs.ts';
import { lineOf, list, nodesOf, PROJECT, readSource, type Source, sourcesIn } from './sources.ts';

const TESTS = sourcesIn('test');
const IS_TEST = /\.test\.ts$/;
/** Folders of the tests that stand for no room. */
const OWN_FOLDERS = ['ansible', 'bench', 'fixture', 'house', 'scenario', 'soak', 'support'];

test('a file that holds a test is named so that the runner finds it', () => {
  const unseen = TESTS.filter(({ file }) => !IS_TEST.test(file)).filter(declaresTest);

  assert.equal(list(unseen.map(({ file }) => file)), '');
});

test('a file that is named as a test holds one', () => {
  const empty = TESTS.filter(({ file }) => IS_TEST.test(file)).filter((source) => !declaresTest(source));

  assert.equal(list(empty.map(({ file }) => file)), '');
});

test('tests lie in the folder of the room that they test', () => {
  const lost = TESTS.filter(({ file }) => {
    const folder = file.split('/').slice(0, -1).join('/');
    const own = folder === '' || OWN_FOLDERS.includes(folder.split('/')[0] ?? '');
    return !own && !existsSync(join(PROJECT, 'src', folder));
  });

  assert.equal(list(lost.map(({ file }) => file)), '');
});

test('no test is left alone with only, and none is skipped without a reason', () => {
  assert.equal(list(TESTS.flatMap(leftAlone)), '');
});

test('the look for skipped tests sees each form of them', () => {
  const forms = [
    "test.only('x', f);",
    "test('x', { only: true }, f);",
    "test.skip('x', f);",
    "test('x', { skip: true }, f);",
    't.skip();',
    "test.todo('x');",
  ];

  assert.deepEqual(
    forms.filter((form) => leftAlone(readSource('x.ts', form)).length !== 1),
    [],
  );
  assert.deepEqual(leftAlone(readSource('x.ts', "t.skip('needs a tape drive');")), []);
});

test('CI installs every Debian package that a test asks for', () => {
  const installed = readFileSync(join(PROJECT, 'test/system-packages.txt'), 'utf8').split('\n');

  const missing = TESTS.filter(({ file }) => !file.startsWith('support/'))
    .flatMap(neededNames)
    .flatMap((name) => packagesOf(name) ?? [`${name}, which test/support/needs.ts does not know`])
    .filter((name) => !installed.includes(name));

  assert.equal(list([...new Set(missing)]), '');
});

function neededNames({ tree }: Source): string[] {
  const calls = nodesOf(tree).filter((node) => ts.isCallExpression(node) && node.expression.getText(tree) === 'needs');
  return calls
    .flatMap((call) => (ts.isCallExpression(call) ? call.arguments : []))
    .flatMap((argument) => (ts.isStringLiteral(argument) ? [argument.text] : []));
}

function declaresTest({ tree }: Source): boolean {
  return nodesOf(tree).some(
    (node) =>
      ts.isCallExpression(node) && /^(test|it|describe|suite)$/.test(node.expression.getText(tree).split('.')[0] ?? ''),
  );
}

function leftAlone({ file, tree }: Source): string[] {
  return nodesOf(tree)
    .filter((node) => isLoneCall(node, tree) || isLoneOption(node, tree))
    .map((node) => `test/${file}:${lineOf(node, tree)}`);
}

/** `t.skip(reason)` inside a test is the one good form. */
function isLoneCall(node: ts.Node, tree: ts.SourceFile): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression, name } = node.expression;
  const owner = expression.getText(tree);
  if (/^(test|it|describe|suite)$/.test(owner)) return ['only', 'skip', 'todo'].includes(name.text);
  return owner === 't' && ['skip', 'todo'].includes(name.text) && node.arguments.length === 0;
}

function isLoneOption(node: ts.Node, tree: ts.SourceFile): boolean {
  if (!ts.isPropertyAssignment(node) || node.initializer.kind !== ts.SyntaxKind.TrueKeyword) return false;
  return ['only', 'skip', 'todo'].includes(node.name.getText(tree));
}
