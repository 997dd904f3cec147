import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { digestOf, localFiles } from '../../../src/client/check/local.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { sumOf } from '../../support/mirror.ts';

const NOTE =
  '#NOTE: This is a Maven Resolver internal implementation file, its format can be changed without prior notice.\n';

test('what came from somewhere is found under its repository path, with the repository that it came from', (t) => {
  const folder = laid(t, {
    'org/example/tool/1.0/_remote.repositories': `${NOTE}#Wed Nov 25\ntool-1.0.jar>clojars=\r\ntool-1.0.pom>clojars=\ntool-1.0.jar>central=\ngone-1.0.jar>clojars=\n`,
    'org/example/tool/1.0/tool-1.0.jar': 'a jar',
    'org/example/tool/1.0/tool-1.0.jar.sha1': 'not tracked',
    'org/example/tool/1.0/tool-1.0.pom': 'a pom',
    'org/example/own/2.0/_remote.repositories': 'own-2.0.jar>=\n',
    'org/example/own/2.0/own-2.0.jar': 'installed here',
    'org/example/odd/1/_remote.repositories': 'odd-1.jar>my\\ repo\\:x=\n',
    'org/example/odd/1/odd-1.jar': 'from a repository with an odd name',
    'org/example/bare/1/bare-1.jar': 'nobody says from where',
  });

  assert.deepEqual(
    [...localFiles(folder)].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    [
      { path: 'org/example/odd/1/odd-1.jar', repository: 'my repo:x' },
      { path: 'org/example/own/2.0/own-2.0.jar', repository: '' },
      { path: 'org/example/tool/1.0/tool-1.0.jar', repository: 'clojars' },
      { path: 'org/example/tool/1.0/tool-1.0.pom', repository: 'clojars' },
    ],
  );
});

test('of a SNAPSHOT the build counts, and not its copy; names that lead elsewhere and links are not followed', (t) => {
  const folder = laid(t, {
    'org/example/fresh/1.0-SNAPSHOT/_remote.repositories':
      'fresh-1.0-20261101.120000-1.jar>clojars=\nfresh-1.0-SNAPSHOT.jar>clojars=\n../../evil.jar>clojars=\n',
    'org/example/fresh/1.0-SNAPSHOT/fresh-1.0-20261101.120000-1.jar': 'built',
    'org/example/fresh/1.0-SNAPSHOT/fresh-1.0-SNAPSHOT.jar': 'built',
    'org/evil.jar': 'elsewhere',
  });
  symlinkSync('/', join(folder, 'org/example/root'));

  assert.deepEqual(
    [...localFiles(folder)].map(({ path }) => path),
    ['org/example/fresh/1.0-SNAPSHOT/fresh-1.0-20261101.120000-1.jar'],
  );
});

test('a file is hashed, and one that has gone is none', async (t) => {
  const folder = laid(t, { 'a.jar': 'bytes' });
  const { signal } = new AbortController();

  assert.equal(await digestOf(join(folder, 'a.jar'), signal), sumOf('bytes', 'sha256'));
  assert.equal(await digestOf(join(folder, 'b.jar'), signal), null);
});

function laid(t: Parameters<typeof temporaryFolder>[0], files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
