import assert from 'node:assert/strict';
import test from 'node:test';
import { clojarsTwin } from '../../../support/clojars-twin.ts';
import { webSource } from './http-source.ts';

function poms(files: readonly { readonly path: string }[]): string[] {
  return files.map(({ path }) => path).filter((path) => path.endsWith('.pom'));
}

test('the versions of allow-listed artifacts are those that their metadata names, and only new ones are asked for', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.deploy('a', ['1.0', '2.0']);
  twin.deploy('b', ['1.0']);
  twin.refresh(Date.now());
  const web = webSource(t, twin.cdn, { mode: 'metadata', includedPrefixes: ['org/example/a'] });
  web.held.set('org/example/a/1.0/a-1.0.pom', { size: 1, mtime: 1000, md5: null });

  const { outcome, files } = await web.list();

  assert.deepEqual([outcome.kind, poms(files)], ['news', ['org/example/a/2.0/a-2.0.pom']]);
  assert.ok(files.some(({ path }) => path === 'org/example/a/maven-metadata.xml.sha1'));
});

test('when nothing is new one request an artifact is all', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  const first = webSource(t, twin.cdn, { mode: 'metadata', includedPrefixes: ['org/example/a'] });
  const { files } = await first.list();
  const web = webSource(t, twin.cdn, { mode: 'metadata', includedPrefixes: ['org/example/a'] });
  for (const { path, size, mtime } of files) web.held.set(path, { size, mtime, md5: null });
  const before = twin.asked('cdn');

  const again = await web.list();

  assert.deepEqual([again.files, twin.asked('cdn') - before], [[], 1]);
});

test('a folder that is no artifact is a group: its artifacts are found by its directory page', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.deploy('b', ['1.0']);
  twin.refresh(Date.now());

  const { files } = await webSource(t, twin.cdn, { mode: 'metadata', includedPrefixes: ['org/example'] }).list();

  assert.deepEqual(poms(files), ['org/example/a/1.0/a-1.0.pom', 'org/example/b/1.0/b-1.0.pom']);
});

test('a SNAPSHOT without directory pages is found by its own metadata', async (t) => {
  const twin = await clojarsTwin(t);
  const stem = 'org/example/s/1-SNAPSHOT/s-1-20261121.013000-2';
  twin.put(`${stem}.pom`, '<project/>');
  twin.put(`${stem}.jar`, 'jar');
  twin.put(
    'org/example/s/1-SNAPSHOT/maven-metadata.xml',
    '<metadata><version>1-SNAPSHOT</version><versioning><snapshot><timestamp>20261121.013000</timestamp><buildNumber>2</buildNumber></snapshot></versioning></metadata>',
  );
  twin.put(
    'org/example/s/maven-metadata.xml',
    '<metadata><versioning><versions><version>1-SNAPSHOT</version></versions></versioning></metadata>',
  );

  const { files } = await webSource(t, twin.cdn, { mode: 'metadata', includedPrefixes: ['org/example/s'] }).list();

  const paths = files.map(({ path }) => path);
  assert.ok(paths.includes(`${stem}.pom.sha1`) && paths.includes(`${stem}.jar`));
  assert.ok(paths.includes('org/example/s/1-SNAPSHOT/maven-metadata.xml.md5'));
});
