// CloudFront: one invalidation a batch, through the AWS SDK, which is loaded when there is one to make.

import { createHash } from 'node:crypto';
import { awsSigning, storeFaultOf } from '../../../host/object-store.ts';
import type { Batch, CloudfrontOptions, Purged, PurgeHost } from './contract.ts';

const ATTEMPTS = 3;
/** An invalidation is done within a minute or two. */
const BUSY_MS = 60_000;
/** CloudFront is at home there, wherever it serves. */
const REGION = 'us-east-1';

export async function purgeCloudfront(
  batch: Batch,
  options: CloudfrontOptions,
  host: PurgeHost,
  signal: AbortSignal,
): Promise<Purged> {
  const sdk = await import('@aws-sdk/client-cloudfront');
  const client = new sdk.CloudFrontClient({
    region: REGION,
    maxAttempts: ATTEMPTS,
    ...(options.api === null ? {} : { endpoint: options.api }),
    ...awsSigning(options.credentials, host.clock),
  });
  const paths = batch.what === 'everything' ? [`${new URL(options.url).pathname}*`] : [...batch.items];
  const command = new sdk.CreateInvalidationCommand({
    DistributionId: options.distribution,
    InvalidationBatch: {
      Paths: { Quantity: paths.length, Items: paths },
      // The same request made again within a minute, after an answer that was lost, is the same invalidation, and paid for once.
      CallerReference: referenceOf(paths, host.clock.now()),
    },
  });
  try {
    await client.send(command, { abortSignal: signal });
    return { kind: 'purged' };
  } catch (error) {
    const { name } = error instanceof Error ? error : { name: '' };
    const fault = storeFaultOf(error, 'CreateInvalidation', signal);
    if (name === 'TooManyInvalidationsInProgress')
      return { kind: 'later', reason: fault.sentence, retryAfterMs: BUSY_MS };
    const isWrong = ['NoSuchDistribution', 'InvalidArgument', 'BatchTooLarge'].includes(name);
    return { kind: isWrong ? 'refused' : 'later', reason: fault.sentence };
  } finally {
    client.destroy();
  }
}

function referenceOf(paths: readonly string[], now: number): string {
  const minute = Math.floor(now / 60_000);
  return `assay-${createHash('sha256')
    .update(`${minute}\n${paths.join('\n')}`)
    .digest('hex')
    .slice(0, 32)}`;
}
