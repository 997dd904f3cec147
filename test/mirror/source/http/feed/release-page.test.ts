import assert from 'node:assert/strict';
import test from 'node:test';
import { parseReleasePage } from '../../../../../src/mirror/source/http/feed/release-page.ts';

const ROW = {
  group_id: 'org.example',
  artifact_id: 'tool',
  version: '1.0',
  description: null,
  released_at: '2026-11-21T01:30:00.123Z',
};

test('a page of a release feed gives versions with their times, and where to go on', () => {
  const page = parseReleasePage(JSON.stringify({ releases: [ROW], next_from: '2026-11-21T01:30:00.123Z', next: 'x' }));

  assert.deepEqual(page, {
    releases: [
      {
        artifactFolder: 'org/example/tool',
        folder: 'org/example/tool/1.0',
        stem: 'org/example/tool/1.0/tool-1.0',
        releasedAt: Date.UTC(2026, 10, 21, 1, 30, 0, 123),
      },
    ],
    rows: 1,
    nextFrom: Date.UTC(2026, 10, 21, 1, 30, 0, 123),
  });
});

test('a row that makes no path is left out and still counted', () => {
  const page = parseReleasePage(JSON.stringify({ releases: [{ ...ROW, version: '../..' }] }));

  assert.deepEqual(page, { releases: [], rows: 1, nextFrom: null });
});

test('what is no page of a release feed is not read as an empty one', () => {
  const texts = [
    '',
    '<html></html>',
    'null',
    '[]',
    '{}',
    '{"releases":{}}',
    JSON.stringify({ releases: [{ ...ROW, released_at: 'yesterday' }] }),
    '{"releases":[',
  ];

  assert.deepEqual(
    texts.map(parseReleasePage),
    texts.map(() => null),
  );
});
