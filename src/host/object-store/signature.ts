// Signature version 4 of AWS, for the one kind of request that is made without the SDK.

import { createHash, createHmac } from 'node:crypto';

export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Derived from the secret for a day. */
export type KeyOfDay = (secret: string, day: string) => Buffer;

/** Signature version 4: the request in one canonical form, its digest, and a key that is good for a day, a region and a service. */
export function authorize(
  path: string,
  headers: Readonly<Record<string, string>>,
  keys: SigningKeys,
  region: string,
  keyOfDay: KeyOfDay,
): string {
  const date = headers['x-amz-date'] ?? '';
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const names = Object.keys(headers).sort();
  const list = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const signed = names.join(';');
  const canonical = `PUT\n${path}\n\n${list}\n${signed}\n${headers['x-amz-content-sha256']}`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = hmac(keyOfDay(keys.secretAccessKey, day), toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

export function makeKeyOfDay(region: string): KeyOfDay {
  let kept: { readonly secret: string; readonly day: string; readonly key: Buffer } | null = null;
  return (secret, day) => {
    if (kept?.secret !== secret || kept.day !== day) {
      const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${secret}`, day), region));
      kept = { secret, day, key };
    }
    return kept.key;
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** RFC 3986: everything but letters, digits and `-._~`, in each segment. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}
