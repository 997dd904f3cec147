import assert from 'node:assert/strict';
import test from 'node:test';
import { explainOptions } from '../../src/config/explain.ts';
import { readmeChapter, wordRows } from './readme.ts';
import { list } from './sources.ts';

const CONFIGURATION = /configuration/i;

test("every key of the configuration stands in README's table with its default and its reason", () => {
  const rows = new Map(wordRows(readmeChapter(CONFIGURATION)).map(({ word, cells }) => [word, cells]));

  const missing = explainOptions().filter(({ key }) => {
    const cells = rows.get(key) ?? [];
    return cells.length < 2 || cells.some((cell) => cell === '');
  });

  assert.equal(list(missing.map(({ key }) => key)), '');
});

test("every key of README's table is one of the configuration, once", () => {
  const keys = new Set(explainOptions().map(({ key }) => key));
  const words = wordRows(readmeChapter(CONFIGURATION)).map(({ word }) => word);

  const strange = words.filter((word, index) => !keys.has(word) || words.indexOf(word) !== index);

  assert.equal(list(strange), '');
});

test('every key of the configuration says what it is for', () => {
  const mute = explainOptions().filter(({ meaning }) => meaning === '');

  assert.equal(list(mute.map(({ key }) => key)), '');
});
