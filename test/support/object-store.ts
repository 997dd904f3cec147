import { after, type TestContext } from 'node:test';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { BucketOptions } from '../../src/demo/bucket.ts';
import { type ObjectStoreServer, startObjectStore } from '../../src/demo/object-store.ts';
import { systemClock } from '../../src/host/clock.ts';
import { type ObjectStore, type ObjectStoreOptions, openObjectStore } from '../../src/host/object-store.ts';
import { type NeedName, needs } from './needs.ts';

const OBJECT_STORE: readonly NeedName[] = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph'];

export interface StoreUnderTest extends ObjectStoreServer {
  /** How our client is told of a bucket here. */
  options(bucket: string, more?: Partial<ObjectStoreOptions>): ObjectStoreOptions;
  /** Closed when the test has ended. */
  open(t: TestContext, bucket: string, more?: Partial<ObjectStoreOptions>): Promise<ObjectStore>;
  /** Versions of one key that are not the current one. */
  versions(bucket: string, key: string): Promise<number>;
  /** A bucket that no other test of this file has. */
  bucket(options?: BucketOptions): Promise<string>;
}

let buckets = 0;

/**
 * Call it at the top of a test file; then `const s3 = await store(t); if (s3 === null) return;`. The one S3 server of this file is a real
 * radosgw, started for the first test that asks for it (about a second, for root and for anybody else alike) and ended after the last. Null, with
 * the test skipped, where its packages are missing.
 */
export function objectStoreOfFile(): (t: TestContext) => Promise<StoreUnderTest | null> {
  let running: Promise<ObjectStoreServer> | null = null;
  after(async () => (await running)?.stop());
  return async (t) => {
    if (!needs(t, ...OBJECT_STORE)) return null;
    running ??= startObjectStore();
    return underTest(await running);
  };
}

function underTest(server: ObjectStoreServer): StoreUnderTest {
  const options: StoreUnderTest['options'] = (bucket, more = {}) => ({
    bucket,
    region: 'us-east-1',
    endpoint: server.endpoint,
    pathStyle: true,
    credentials: { kind: 'file', path: server.credentialsFile },
    ...more,
  });
  return {
    ...server,
    options,
    async open(t, bucket, more) {
      const store = await openObjectStore(options(bucket, more), systemClock);
      t.after(() => store[Symbol.dispose]());
      return store;
    },
    versions: (bucket, key) => olderVersions(server, bucket, key),
    async bucket(how) {
      buckets += 1;
      const name = `bucket-${buckets}`;
      await server.makeBucket(name, how);
      return name;
    },
  };
}

async function olderVersions(server: ObjectStoreServer, bucket: string, key: string): Promise<number> {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
  client.destroy();
  return Versions.filter((version) => version.Key === key && version.IsLatest !== true).length;
}
