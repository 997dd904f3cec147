/** Where in which bucket the repository lies. */
export interface BucketPlace {
  /** For people: `s3://bucket/prefix/`. */
  readonly url: string;
  readonly bucket: string;
  /** Stands before every key; empty, or with a slash at its end. */
  readonly prefix: string;
}

/**
 * The address of a bucket over HTTP, with a slash at its end. `endpoint` null: AWS. A name with dots fits no certificate as a host name, and goes
 * into the path.
 */
export function addressOf(bucket: string, region: string, endpoint: string | null, pathStyle: boolean): string {
  const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com/`);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  if (pathStyle || (endpoint === null && bucket.includes('.'))) return new URL(`${bucket}/`, base).href;
  base.host = `${bucket}.${base.host}`;
  return base.href;
}

/** `s3://BUCKET/` or `s3://BUCKET/PREFIX/`; null when the text is neither. Bucket names are those of S3: 3 to 63 of letters, digits, dots, dashes. */
export function parseBucketUrl(text: string): BucketPlace | null {
  const [, bucket, path = ''] = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9])(?:\/([^?#]*))?$/.exec(text) ?? [];
  if (bucket === undefined) return null;
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed.startsWith('/') || trimmed.includes('//')) return null;
  const prefix = trimmed === '' ? '' : `${trimmed}/`;
  return { url: `s3://${bucket}/${prefix}`, bucket, prefix };
}
