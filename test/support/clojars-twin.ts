// The twin of Clojars with a few artifacts of a test's own in it.

import { hash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ClojarsTwin, startClojarsTwin } from '../../src/demo/clojars/twin.ts';
import { ownLoopbackAddress } from '../../src/demo/loopback.ts';
import { depositSafely, type Parcel } from '../../src/demo/repository/deposit.ts';
import { DAY } from '../../src/host/clock.ts';
import { temporaryFolder } from './folder.ts';
import { metadataText, pomText } from './mirror.ts';

export interface TwinUnderTest extends ClojarsTwin {
  readonly folder: string;
  /** A file with its sums, ten days old if nothing else is said. */
  put(path: string, content: string, ageMs?: number): void;
  /** `org.example:NAME:VERSION` with the metadata that names these versions, and a row in the release feed. */
  deploy(name: string, versions: readonly string[], ageMs?: number): void;
  remove(path: string): void;
}

export async function clojarsTwin(t: Pick<TestContext, 'after'>): Promise<TwinUnderTest> {
  const folder = join(temporaryFolder(t), 'clojars');
  mkdirSync(folder);
  const twin = await startClojarsTwin(folder, ownLoopbackAddress(process.pid));
  t.after(() => twin.stop());
  const put: TwinUnderTest['put'] = (path, content, ageMs = 10 * DAY) => {
    const mtime = Math.floor((Date.now() - ageMs) / 1000) * 1000;
    const sums = ['md5', 'sha1'].map((sum) => ({
      path: `${path}.${sum}`,
      bytes: Buffer.from(hash(sum, content)),
      mtime,
    }));
    depositSafely(folder, [...sums, { path, bytes: Buffer.from(content), mtime }] satisfies Parcel[]);
  };
  return Object.assign(twin, {
    folder,
    put,
    deploy(name: string, versions: readonly string[], ageMs = 10 * DAY) {
      const version = versions.at(-1) ?? '';
      const stem = `org/example/${name}/${version}/${name}-${version}`;
      put(`${stem}.jar`, `${name} ${version}`, ageMs);
      put(`${stem}.pom`, pomText(name, version), ageMs);
      put(`org/example/${name}/maven-metadata.xml`, metadataText(name, versions), ageMs);
      twin.release({ group: 'org.example', artifact: name, version, at: Date.now() - ageMs });
    },
    remove: (path: string) => rmSync(join(folder, path), { recursive: true }),
  });
}
