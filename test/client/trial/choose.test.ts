import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidatesOf } from '../../../src/client/trial/choose.ts';

test('what is tried is a small release with a jar whose sum is beside it, and a POM', () => {
  const rows = [
    row('org/example/large/1.0/large-1.0.jar', 3_000_000),
    row('org/example/large/1.0/large-1.0.pom', 300),
    row('org/example/tool/1.0/tool-1.0.jar', 2000),
    row('org/example/tool/1.0/tool-1.0-sources.jar', 10),
    row('org/example/tool/1.0/tool-1.0.pom', 300),
    row('org/example/small/1.0+b/small-1.0+b.jar', 1000),
    row('org/example/small/1.0+b/small-1.0+b.pom', 300),
    row('org/example/bare/1.0/bare-1.0.jar', 500),
    row('org/example/fresh/1.0-SNAPSHOT/fresh-1.0-20261101.120000-1.jar', 500),
    row('org/example/fresh/1.0-SNAPSHOT/fresh-1.0-20261101.120000-1.pom', 300),
    row('org/example/sumless/1.0/sumless-1.0.jar', 400, 'absent'),
    row('org/example/sumless/1.0/sumless-1.0.pom', 300, 'absent'),
    row('org/example/odd"name/1.0/odd"name-1.0.jar', 300),
    row('org/example/odd"name/1.0/odd"name-1.0.pom', 300),
    { path: 'org/example/gone/1.0/gone-1.0.jar', removed: true, generation: 1 } as const,
  ];

  assert.deepEqual(
    candidatesOf(rows).map(({ artifact }) => artifact),
    [
      { group: 'org.example', artifact: 'small', version: '1.0+b' },
      { group: 'org.example', artifact: 'tool', version: '1.0' },
    ],
  );
});

function row(path: string, size: number, sum: 'matched' | 'absent' = 'matched') {
  const at = '2026-11-21T01:30:00.000Z';
  return {
    path,
    kind: 'artifact' as const,
    size,
    sha256: 'ab'.repeat(32),
    sha1: 'cd'.repeat(20),
    origin_mtime: at,
    upstream_sum: sum,
    first_seen: at,
    last_verified: at,
    generation: 1,
    absent_since: null,
  };
}
