import assert from 'node:assert/strict';
import test from 'node:test';
import ts from 'typescript';
import { chapterOf, readmeChapter, wordRows } from './readme.ts';
import { lineOf, list, nodesOf, readSource, type Source, sourcesIn } from './sources.ts';

const SOURCES = sourcesIn('src');
const ERRORS = /error/i;

test('every error code of the sources has its row in README, with meaning and remedy', () => {
  const rows = new Map(wordRows(readmeChapter(ERRORS)).map(({ word, cells }) => [word, cells]));

  const missing = SOURCES.flatMap(codesOf).filter(({ code }) => {
    const cells = rows.get(code) ?? [];
    return cells.length < 2 || cells.some((cell) => cell === '');
  });

  assert.equal(list(missing.map(({ code, place }) => `${code} (${place})`)), '');
});

test('every error code of README is one of the sources, once', () => {
  const codes = new Set(SOURCES.flatMap(codesOf).map(({ code }) => code));
  const words = wordRows(readmeChapter(ERRORS)).map(({ word }) => word);

  const strange = words.filter((word, index) => !codes.has(word) || words.indexOf(word) !== index);

  assert.equal(list(strange), '');
});

test('every error code is written out where the error is made, in kebab-case', () => {
  const vague = SOURCES.flatMap((source) =>
    madeErrors(source)
      .filter((made) => literalsIn(made.arguments?.[0]).length === 0)
      .map((made) => `src/${source.file}:${lineOf(made, source.tree)}`),
  );
  const odd = SOURCES.flatMap(codesOf).filter(({ code }) => !/^[a-z]+(-[a-z0-9]+)*$/.test(code));

  assert.equal(list(vague), '');
  assert.equal(list(odd.map(({ code, place }) => `${code} (${place})`)), '');
});

test('codes are found in thrown errors, in choices between two, and in problems given as values', () => {
  const source = readSource(
    'a.ts',
    "throw new CodedError(full ? 'a-full' : 'a-cut', 'b');\nconst p = { code: 'usage', sentence: s };\nconst other = { code: 'x' };",
  );

  assert.deepEqual(
    codesOf(source).map(({ code }) => code),
    ['a-full', 'a-cut', 'usage'],
  );
});

test('a chapter of README ends at the next heading of its level, and code blocks are no headings', () => {
  const text =
    '## Errors\n\n| `busy` | held | wait |\n\n```\n# no heading\n```\n### More\n| `b` | c \\| d | e |\n## Next\n| `no` | x | y |\n';

  const rows = wordRows(chapterOf(text, /errors/i));

  assert.deepEqual(rows, [
    { word: 'busy', cells: ['held', 'wait'] },
    { word: 'b', cells: ['c \\| d', 'e'] },
  ]);
});

interface Code {
  readonly code: string;
  readonly place: string;
}

function codesOf(source: Source): Code[] {
  const given = nodesOf(source.tree).filter((node) => ts.isObjectLiteralExpression(node));
  const nodes = [
    ...madeErrors(source).map((made) => made.arguments?.[0]),
    ...given
      .filter((literal) => initializerOf(literal, 'sentence') !== undefined)
      .map((literal) => initializerOf(literal, 'code')),
  ];
  return nodes.flatMap((node) =>
    literalsIn(node).map(({ text }) => ({
      code: text,
      place: `src/${source.file}:${node ? lineOf(node, source.tree) : 0}`,
    })),
  );
}

function madeErrors({ tree }: Source): ts.NewExpression[] {
  return nodesOf(tree).filter(
    (node) => ts.isNewExpression(node) && node.expression.getText(tree) === 'CodedError',
  ) as ts.NewExpression[];
}

function initializerOf(literal: ts.ObjectLiteralExpression, name: string): ts.Node | undefined {
  const property = literal.properties.find((one) => one.name?.getText() === name);
  if (property === undefined) return undefined;
  return ts.isPropertyAssignment(property) ? property.initializer : property;
}

function literalsIn(node: ts.Node | undefined): ts.StringLiteral[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return [node];
  if (ts.isConditionalExpression(node)) return [...literalsIn(node.whenTrue), ...literalsIn(node.whenFalse)];
  return [];
}
