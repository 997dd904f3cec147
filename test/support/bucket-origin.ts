// An origin in a bucket of a real S3 server, and a mirror of it that reads it without credentials, as the world reads Clojars.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ObjectStore } from '../../src/host/object-store.ts';
import { type Mirror, metadataText, pomText, startMirror, sumOf } from './mirror.ts';
import type { StoreUnderTest } from './object-store.ts';

export interface BucketOrigin {
  readonly name: string;
  readonly store: ObjectStore;
  /** For `source` of a configuration. */
  readonly source: Readonly<Record<string, unknown>>;
  /** A file with its sha1. */
  put(path: string, content: string): Promise<void>;
  /** Just that, without a sum. */
  putBare(path: string, content: string): Promise<void>;
  /** The jar and the POM of `org.example:NAME:VERSION`. */
  release(name: string, version: string, jar?: string): Promise<void>;
  metadata(name: string, versions: readonly string[]): Promise<void>;
  remove(path: string): Promise<void>;
}

const NEVER = new AbortController().signal;

export async function makeBucketOrigin(
  t: TestContext,
  server: StoreUnderTest,
  versioned = false,
): Promise<BucketOrigin> {
  const name = await server.bucket({ open: 'get-and-list', versioned });
  const store = await server.open(t, name);
  const putBare: BucketOrigin['putBare'] = async (path, content) => {
    const request = { contentType: 'application/octet-stream', cacheControl: 'no-cache', metadata: {} };
    assert.equal((await store.put(path, Buffer.from(content), request, NEVER)).kind, 'put');
  };
  const put: BucketOrigin['put'] = async (path, content) => {
    await putBare(`${path}.sha1`, sumOf(content, 'sha1'));
    await putBare(path, content);
  };
  return {
    name,
    store,
    source: { kind: 's3', url: `s3://${name}/`, endpoint: server.endpoint, path_style: true, min_free_gib: 0 },
    put,
    putBare,
    async release(artifact, version, jar = `${artifact} ${version}`) {
      const stem = `org/example/${artifact}/${version}/${artifact}-${version}`;
      await put(`${stem}.jar`, jar);
      await put(`${stem}.pom`, pomText(artifact, version));
    },
    metadata: (artifact, versions) =>
      put(`org/example/${artifact}/maven-metadata.xml`, metadataText(artifact, versions)),
    remove: async (path) => {
      assert.equal((await store.remove(path, NEVER)).kind, 'removed');
    },
  };
}

/** `more` replaces keys of the source. */
export async function mirrorOfBucket(
  t: TestContext,
  origin: BucketOrigin,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Mirror> {
  return await startMirror(t, { sections: { source: [{ ...origin.source, ...more }] } });
}
