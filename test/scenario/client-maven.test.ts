// What the mirror is for: somebody's build. Each Maven asks in its own way, and each must fail loudly rather than build with something missing.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { HOUR } from '../../src/host/clock.ts';
import { jarOf, mirrorOfDemo, needy, needyOnWithheld, serveHttp, someJar } from './client-mirror.ts';
import { findMaven, mavenUser } from './maven.ts';

for (const version of ['debian', '3.9.9', '4.0.0-rc-4']) {
  describe(`Maven ${version}`, () => {
    test('resolves an artifact and all that it needs, with strict checksums', async (t) => {
      const program = findMaven(t, version);
      if (program === null) return;
      const { mirror, repository } = await mirrorOfDemo(t);
      const { wanted, needed } = needy(repository);
      await mirror.sync();
      const user = mavenUser(t, program, await serveHttp(t, mirror));

      const { status, output } = await user.build(wanted);
      const jars = user.jars();

      assert.equal(status, 0, output);
      for (const each of [wanted, ...needed]) assert.ok(jars.has(jarOf(each)), `${jarOf(each)} is missing: ${output}`);
      const other = [...jars].filter(([path, bytes]) => !bytes.equals(readFileSync(join(repository.folder, path))));
      assert.deepEqual(
        other.map(([path]) => path),
        [],
      );
    });

    test('fails loudly while something that it needs is withheld, and builds once that is published', async (t) => {
      const program = findMaven(t, version);
      if (program === null) return;
      const { mirror, repository } = await mirrorOfDemo(t);
      const { wanted, needed } = needyOnWithheld(mirror, repository);
      const withheld = await mirror.sync();
      const user = mavenUser(t, program, await serveHttp(t, mirror));

      const failed = await user.build(wanted);
      mirror.origin.put(jarOf(needed), someJar(repository), { sums: ['sha1'], ageMs: HOUR });
      const mended = await mirror.sync();
      const built = await user.build(wanted);

      assert.ok(withheld.result.rejected.some(({ path }) => path === jarOf(needed)));
      assert.notEqual(failed.status, 0, failed.output);
      assert.match(failed.output, new RegExp(`${needed.artifact}.*${needed.version}`));
      assert.deepEqual([mended.exit, mended.result.rejected, mended.result.deferred], [0, [], []]);
      assert.equal(built.status, 0, built.output);
      assert.deepEqual(user.jars().get(jarOf(needed)), someJar(repository));
    });
  });
}
