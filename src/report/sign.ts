// HTTP message signatures (RFC 9421) over a report: method, authority, path and Content-Digest (RFC 9530), Ed25519. The library makes and checks the
// signature; it neither compares the body with its digest nor judges time by a clock of ours nor remembers nonces: that is done here and at the
// intake.

import { createHash, randomBytes } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { SECOND } from '../host/clock.ts';
import { type InstallationKey, verifyBytes } from '../operator/key.ts';

/** What of a request is signed, and kept so that it can be verified again. Header values as they came. */
export interface SignedMessage {
  readonly authority: string;
  readonly path: string;
  readonly contentDigest: string;
  readonly signatureInput: string;
  readonly signature: string;
  readonly body: Buffer;
}

export interface SignatureFacts {
  readonly keyId: string;
  readonly nonce: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type Verified =
  | { readonly kind: 'verified'; readonly facts: SignatureFacts }
  /** `unsigned`: nothing that could be a signature of ours; `forged`: not by that key; `truncated`: the body is not the one that was signed. */
  | { readonly kind: 'unsigned' | 'forged' | 'truncated'; readonly detail: string };

const FIELDS = ['@method', '@authority', '@path', 'content-digest'];
const PARAMS = ['created', 'expires', 'nonce', 'keyid', 'alg'];
/** So long a signature may be used: the way to the primary and the difference of two clocks. A message that waits is signed anew. */
export const SIGNATURE_LIFE_MS = 300 * SECOND;
const NONCE_BYTES = 24;
/** Far above any difference of two times: the library must not judge them by a clock that is not ours. */
const ANY_TIME_SECONDS = 2 ** 40;
const LONGEST_HEADER = 2048;

/** The headers with which `body` goes to `url` as a POST at `now`. */
export async function signMessage(
  url: URL,
  body: Uint8Array,
  key: InstallationKey,
  now: number,
): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json', 'content-digest': digestOf(body) };
  const signed = await httpbis.signMessage(
    {
      key: { id: key.id, alg: 'ed25519', sign: async (bytes) => key.sign(bytes) },
      name: 'sig1',
      fields: FIELDS,
      params: PARAMS,
      paramValues: {
        created: new Date(now),
        expires: new Date(now + SIGNATURE_LIFE_MS),
        nonce: randomBytes(NONCE_BYTES).toString('base64url'),
      },
    },
    { method: 'POST', url, headers },
  );
  return Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** What a signature says of itself, before anything of it is proved; null when it is none that could be verified. */
export async function readSignature(message: Omit<SignedMessage, 'body'>): Promise<SignatureFacts | null> {
  let facts: SignatureFacts | null = null;
  await check(message, async (found) => {
    facts = found;
    return null;
  });
  return facts;
}

/** Whether `publicKey` signed exactly this message. Says nothing of its time, and nothing of whether it came before. */
export async function verifyMessage(message: SignedMessage, publicKey: string): Promise<Verified> {
  let facts: SignatureFacts | null = null;
  const outcome = await check(message, async (found) => {
    facts = found;
    return publicKey;
  });
  if (facts === null) return { kind: 'unsigned', detail: outcome };
  if (outcome !== 'good') return { kind: 'forged', detail: outcome };
  if (message.contentDigest === digestOf(message.body)) return { kind: 'verified', facts };
  return { kind: 'truncated', detail: 'the body is not the one that Content-Digest was made of' };
}

/** RFC 9530, SHA-256 alone: what we send is all that we take. */
export function digestOf(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** `good`, or in a few words what is not. `keyOf` is asked once, for the one signature that there may be. */
async function check(
  message: Omit<SignedMessage, 'body'>,
  keyOf: (facts: SignatureFacts) => Promise<string | null>,
): Promise<string> {
  const { authority, path, contentDigest, signatureInput, signature } = message;
  if ([signatureInput, signature, contentDigest].some((value) => value === '' || value.length > LONGEST_HEADER)) {
    return 'Signature-Input, Signature or Content-Digest is missing or too long';
  }
  let signatures = 0;
  try {
    const isGood = await httpbis.verifyMessage(
      {
        requiredFields: FIELDS,
        requiredParams: PARAMS.filter((name) => name !== 'alg'),
        tolerance: ANY_TIME_SECONDS,
        all: true,
        keyLookup: async (params) => {
          signatures += 1;
          const facts = factsOf(params);
          const publicKey = facts === null || signatures > 1 ? null : await keyOf(facts);
          if (publicKey === null) return null;
          return { algs: ['ed25519'], verify: async (data, bytes) => verifyBytes(publicKey, data, bytes) };
        },
      },
      {
        method: 'POST',
        url: new URL(path, `https://${authority}`),
        headers: { 'content-digest': contentDigest, 'signature-input': signatureInput, signature },
      },
    );
    // The library answers null for what it does not know and false for what is wrong.
    return isGood === true && signatures === 1 ? 'good' : 'the signature does not verify';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function factsOf(params: Readonly<Record<string, unknown>>): SignatureFacts | null {
  const { keyid: keyId, nonce, created, expires } = params;
  if (typeof keyId !== 'string' || typeof nonce !== 'string' || nonce.length < 16 || nonce.length > 128) return null;
  const createdAt = created instanceof Date ? created.getTime() : Number.NaN;
  const expiresAt = typeof expires === 'number' ? expires * SECOND : Number.NaN;
  return Number.isFinite(createdAt) && Number.isFinite(expiresAt) ? { keyId, nonce, createdAt, expiresAt } : null;
}
