// The outcome matrix: what happens to signatures in the world, made with real GnuPG under a clock of our own, judged by gpgv (its status lines,
// never its exit status), by sqv and by us. Where the two agree so do we, but for what neither reads; where they differ the class says why.

import assert from 'node:assert/strict';
import type { SignatureClass } from '../../../../src/mirror/verify/signature/class.ts';
import { type Gpg, gpgv, openGpg, sqv } from '../../../support/gpg.ts';
import {
  type MadeKey,
  makeCertificate,
  makeKey,
  makeSignature,
  packet,
  type SignOptions,
} from '../../../support/openpgp-maker.ts';
import { judged, keysetFrom } from './judged.ts';

export const BYTES = Buffer.from('a jar, as far as a signature can tell\r\nwith lines\n\nof every kind\n');
/** Epoch seconds. */
export const MADE_AT = Date.UTC(2020, 0, 1) / 1000;
export const SIGNED_AT = Date.UTC(2020, 5, 1) / 1000;

export interface Made {
  /** The signature file. */
  readonly signature: Buffer;
  /** The certificates of the keyring. */
  readonly keyring: Buffer;
}

export interface Row {
  readonly name: string;
  make(gpg: Gpg): Made;
  /** Its words for the signatures, each once. */
  readonly gpgv: string;
  readonly sqv: boolean;
  readonly class: SignatureClass;
  readonly weak?: boolean;
  readonly notes?: readonly string[];
  /** Of each signature in the file, where there are several. */
  readonly each?: readonly SignatureClass[];
}

/** Signed in the middle of 2020 by a fresh key of the beginning of that year. */
export function plain(gpg: Gpg, name: string, algorithm: string, ...more: string[]): Made {
  const key = gpg.key(name, { algorithm });
  return { signature: gpg.sign(key, BYTES, '2020-06-01', ...more), keyring: gpg.export(key) };
}

/** The same by hand: `wrap` makes the file of the packet's body. */
export function byHand(
  options: Partial<SignOptions> = {},
  wrap: (body: Buffer) => Buffer = (body) => packet(2, body),
  key: MadeKey = makeKey('rsa2048', MADE_AT),
): Made {
  const body = makeSignature(key, BYTES, { created: SIGNED_AT, ...options });
  return { signature: wrap(body), keyring: makeCertificate(key, MADE_AT) };
}

/** A home of GnuPG for all tests of a file, opened when the first one needs it and gone when the last one has ended. */
export function sharedGpg(after: (close: () => void) => void): () => Gpg {
  let opened: Gpg | null = null;
  const closing: (() => void)[] = [];
  after(() => {
    for (const close of closing.reverse()) close();
  });
  return () => {
    opened ??= openGpg({ after: (close) => closing.push(close as () => void) });
    return opened;
  };
}

/** Ours, and both oracles, against what the row says. */
export function assertRow(row: Row, gpg: Gpg): void {
  const { signature, keyring } = row.make(gpg);

  const ours = judged(signature, BYTES, keysetFrom(keyring));

  assert.equal(ours.class, row.class);
  if (row.weak !== undefined) assert.equal(ours.best?.weak, row.weak);
  assert.deepEqual(ours.best?.notes, row.notes ?? []);
  const classes = ours.signatures.map((each) => each.class);
  if (row.each !== undefined) assert.deepEqual(classes, row.each);
  assert.equal(gpgv(gpg.folder, keyring, signature, BYTES).join(' '), row.gpgv, 'gpgv');
  assert.equal(sqv(gpg.folder, keyring, signature, BYTES), row.sqv, 'sqv');
}
