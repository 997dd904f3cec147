import type { S3Client } from '@aws-sdk/client-s3';

export interface BucketOptions {
  /** What anybody may: nothing, read objects, or also list them; a bucket that does not let list answers 403 for what it does not have. */
  readonly open?: 'nothing' | 'get' | 'get-and-list' | 'everything';
  readonly versioned?: boolean;
}

export interface BucketKeys {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const ALLOWED: Readonly<Record<NonNullable<BucketOptions['open']>, readonly string[]>> = {
  nothing: [],
  get: ['s3:GetObject'],
  'get-and-list': ['s3:GetObject', 's3:ListBucket'],
  everything: ['s3:*'],
};

/** Makes an empty bucket at a store that was started for it: an operator makes theirs, assay itself never does. */
export async function makeBucket(keys: BucketKeys, bucket: string, options: BucketOptions = {}): Promise<void> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    endpoint: keys.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
  });
  try {
    await client.send(new sdk.CreateBucketCommand({ Bucket: bucket }));
    if (options.versioned === true) {
      const VersioningConfiguration = { Status: 'Enabled' as const };
      await client.send(new sdk.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    }
    await open(client, bucket, ALLOWED[options.open ?? 'nothing']);
  } finally {
    client.destroy();
  }

  async function open(at: S3Client, name: string, actions: readonly string[]): Promise<void> {
    if (actions.length === 0) return;
    const Resource = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: actions, Resource }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await at.send(new sdk.PutBucketPolicyCommand({ Bucket: name, Policy }));
  }
}
