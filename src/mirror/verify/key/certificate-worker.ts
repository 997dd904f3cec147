// The thread in which certificates are unpacked and judged. It may be thrown away in the middle of anything: it holds nothing.

import { parentPort } from 'node:worker_threads';
import { blocksOf } from '../openpgp/armor.ts';
import { boundParts } from './bound-parts.ts';
import { type Certificate, judgeCertificate } from './certificate.ts';
import { merged, packetsOfKey, type TransferableKey, transferredIn } from './transferable.ts';

export interface CertificateTask {
  readonly id: number;
  /** Of one file, armored or not. */
  readonly bytes: Uint8Array;
  /** Epoch seconds. */
  readonly now: number;
}

export interface CertificateAnswer {
  readonly id: number;
  readonly certificates: readonly ReadCertificate[];
  /** Sentences: what was left out, and why. */
  readonly faults: readonly string[];
}

export interface ReadCertificate {
  readonly certificate: Certificate;
  /** Its bound parts as packets, to be kept. */
  readonly packets: Uint8Array;
  /** Signatures and user IDs that are not among them. */
  readonly dropped: number;
}

/** A project keeps all of its keys in one file, the former ones too. */
const MOST_BLOCKS = 10_000;

parentPort?.on('message', ({ id, bytes, now }: CertificateTask) => {
  const answer: CertificateAnswer = { id, ...read(Buffer.from(bytes), now) };
  parentPort?.postMessage(answer);
});

/** Several copies of one certificate in one file are one; a revocation that stands alone goes to the certificate that it is of. */
function read(file: Buffer, now: number): Omit<CertificateAnswer, 'id'> {
  const faults: string[] = [];
  const keys = new Map<string, TransferableKey>();
  const loose: Buffer[] = [];
  for (const block of blocksOf(file, MOST_BLOCKS)) {
    if (block.kind === 'fault') {
      faults.push(block.why);
      continue;
    }
    const transferred = transferredIn(block.bytes);
    faults.push(...transferred.faults);
    loose.push(...transferred.loose);
    for (const key of transferred.keys) {
      const { fingerprint } = key.primary.content;
      const before = keys.get(fingerprint);
      keys.set(fingerprint, before === undefined ? key : merged(before, key));
    }
  }
  const certificates = [...keys.values()].map((key) => judged(withLoose(key, loose), now));
  if (loose.length > 0 && keys.size === 0) faults.push('it holds signatures without the key that they are of');
  return { certificates, faults };
}

function withLoose(key: TransferableKey, loose: readonly Buffer[]): TransferableKey {
  return { ...key, primary: { ...key.primary, signatures: [...key.primary.signatures, ...loose] } };
}

function judged(key: TransferableKey, now: number): ReadCertificate {
  const { key: bound, dropped } = boundParts(key, now);
  return { certificate: judgeCertificate(bound, now), packets: packetsOfKey(bound), dropped };
}
