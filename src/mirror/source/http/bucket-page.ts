// A page of a bucket's listing as XML (ListObjectsV2), for buckets that are reached over plain HTTP.

import { readXml } from '../../../maven/xml.ts';

export interface BucketEntry {
  readonly key: string;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** As it stands there, quotes included; empty where the store gives none. */
  readonly etag: string;
}

export interface BucketPage {
  readonly entries: readonly BucketEntry[];
  readonly isLast: boolean;
}

const CONTENTS = 'ListBucketResult/Contents';

/** Null: that is no listing of a bucket, or one that contradicts itself. Keys are decoded where the page says that they are encoded. */
export function parseBucketPage(bytes: Uint8Array): BucketPage | null {
  const entries: BucketEntry[] = [];
  let fields: Record<string, string> = {};
  const whole: Record<string, string> = {};
  const fault = readXml(bytes, (path, text) => {
    if (path === CONTENTS) {
      entries.push(entryOf(fields));
      fields = {};
    } else if (path.startsWith(`${CONTENTS}/`)) fields[path.slice(CONTENTS.length + 1)] = text;
    else if (path.startsWith('ListBucketResult')) whole[path] = text;
  });
  if (fault !== null || whole.ListBucketResult === undefined) return null;
  const count = whole['ListBucketResult/KeyCount'];
  if (count !== undefined && Number(count) !== entries.length) return null;
  const isEncoded = whole['ListBucketResult/EncodingType'] === 'url';
  const readable = isEncoded ? entries.map(decodeKey) : entries;
  if (readable.some(({ size, modifiedAt }) => !Number.isSafeInteger(size) || Number.isNaN(modifiedAt))) return null;
  return { entries: readable, isLast: whole['ListBucketResult/IsTruncated'] !== 'true' };
}

function entryOf(fields: Readonly<Record<string, string>>): BucketEntry {
  return {
    key: fields.Key ?? '',
    size: Number(fields.Size ?? Number.NaN),
    modifiedAt: Date.parse(fields.LastModified ?? ''),
    etag: fields.ETag ?? '',
  };
}

/** Stores encode a space as `+` or as `%20`, and a plus always as `%2B`. */
function decodeKey(entry: BucketEntry): BucketEntry {
  try {
    return { ...entry, key: decodeURIComponent(entry.key.replaceAll('+', ' ')) };
  } catch {
    // No UTF-8: the path grammar refuses what it finds here.
    return entry;
  }
}
