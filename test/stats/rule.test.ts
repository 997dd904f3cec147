import assert from 'node:assert/strict';
import test from 'node:test';
import { downloadOf } from '../../src/stats/rule.ts';

/** What is asked for, and as what it counts; `null`: it does not. */
const ROWS: readonly (readonly [string, string | null])[] = [
  ['/captain/archibald/haddock/0.1.0/haddock-0.1.0.jar', 'captain.archibald haddock 0.1.0 jar'],
  ['/repo/captain/archibald/haddock/0.1.0/haddock-0.1.0.jar', 'captain.archibald haddock 0.1.0 jar'],
  ['//repo//captain///archibald/haddock/0.1.0//haddock-0.1.0.jar', 'captain.archibald haddock 0.1.0 jar'],
  ['/snowy/snowy/0.3.0/snowy-0.3.0.jar', 'snowy snowy 0.3.0 jar'],
  ['/snowy/snowy/0.3.0/snowy-0.3.0-sources.jar', 'snowy snowy 0.3.0 jar'],
  ['/snowy/snowy/0.3.0-SNAPSHOT/snowy-0.3.0-20261121.013000-1.jar', 'snowy snowy 0.3.0-SNAPSHOT jar'],
  ['/snowy/snowy/0.3.0/snowy-0.3.0.pom', 'snowy snowy 0.3.0 pom'],
  ['/a/b/1.0%2B1/b-1.0%2B1.jar', 'a b 1.0+1 jar'],
  ['/a/b/1.0+1/b-1.0+1.jar', 'a b 1.0+1 jar'],
  ['/%C3%A9/b/1/b-1.jar', 'é b 1 jar'],
  ['/\xc3\xa9/b/1/b-1.jar', 'é b 1 jar'],
  // With three segments `repo` is a group like any other.
  ['/repo/b/1/b-1.jar', 'repo b 1 jar'],
  ['/maven/a/b/1/b-1.jar', 'a b 1 jar'],
  ['/a/b/1/.jar', null],
  ['/b/1/b-1.jar', null],
  ['/snowy/snowy/0.3.0/snowy-0.3.0.jar?x', null],
  ['/snowy/snowy/0.3.0/snowy-0.3.0.JAR', null],
  ['/snowy/snowy/0.3.0/snowy-0.3.0.jar.sha1', null],
  ['/snowy/snowy/0.3.0/snowy-0.3.0.jar/', null],
  ['snowy/snowy/0.3.0/snowy-0.3.0.jar', null],
  ['/a/../b/1/b-1.jar', null],
  ['/a/b%2Fc/1/b-1.jar', null],
  ['/a/b/1%00/b-1.jar', null],
  ['/a/b/%zz/b-1.jar', null],
  ['', null],
];

for (const [target, expected] of ROWS) {
  test(`${target || 'nothing'} ${expected === null ? 'is no download' : `counts as ${expected}`}`, () => {
    const found = downloadOf(target, ['/maven/']);

    const shown = found && `${found.group} ${found.artifact} ${found.version} ${found.extension}`;
    assert.equal(shown, expected);
  });
}
