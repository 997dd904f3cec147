import assert from 'node:assert/strict';
import test from 'node:test';
import ts from 'typescript';
import { lineOf, list, nodesOf, type Source, sourcesIn } from './sources.ts';

const FILE_CEILING = 300;
const FUNCTION_CEILING = 60;

test('no file is longer than 300 lines', () => {
  const files = [...sourcesIn('src'), ...sourcesIn('test')];

  const long = files.filter(({ text }) => text.split('\n').length - 1 > FILE_CEILING);

  assert.equal(list(long.map(({ file, text }) => `${file}: ${text.split('\n').length - 1}`)), '');
});

test('no function of the sources is longer than 60 lines', () => {
  const long = sourcesIn('src').flatMap(longFunctions);

  assert.equal(list(long), '');
});

function longFunctions({ file, tree }: Source): string[] {
  return nodesOf(tree)
    .filter((node) => ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
    .flatMap((node) => {
      const begin = lineOf(node, tree);
      const lines = tree.getLineAndCharacterOfPosition(node.end).line + 2 - begin;
      return lines > FUNCTION_CEILING ? [`src/${file}:${begin}: ${lines}`] : [];
    });
}
