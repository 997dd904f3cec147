// One read of a file makes its digests and, on the way, those of its signatures: a signature hashes the file and then a few bytes of its own, so a
// running digest is copied at the end instead of being made twice.

import { createHash, type Hash, type Verify } from 'node:crypto';
import { hashAlgorithm } from '../openpgp/hash-algorithm.ts';
import type { SignaturePacket } from '../openpgp/signature-packet.ts';
import type { FileEvidence, SignatureEvidence } from './evidence.ts';
import type { Candidate, KnownKeys } from './known-keys.ts';
import { lineEnds } from './line-ends.ts';
import { type Hashed, proveNothing, provePacket, proveSsh } from './prove.ts';
import type { Entry, SignatureFile } from './signature-file.ts';

export interface Feed {
  update(bytes: Buffer): void;
  /** Of the bytes alone, by one of the names that the feed was started with. */
  digest(name: string): Buffer;
  /** Call once, after the last byte. */
  finish(): FileEvidence[];
}

/** Every signature may ask for a digest of its own, salted or of other line ends; a file of gigabytes must not be hashed a hundred times. */
const MOST_STREAMS = 8;

interface Sink {
  update(bytes: Buffer): unknown;
}

/** Makes the digests called `names`, and what the signatures in `files` need. */
export function startFeed(names: Iterable<string>, files: readonly SignatureFile[], keys: KnownKeys): Feed {
  const plain = new Map<string, Hash>();
  for (const name of names) plain.set(name, createHash(name));
  const streams = openStreams(plain);
  const plans = files.map((file) => ({
    file,
    proofs: file.entries.map((entry) => planned(entry, streams, keys)),
  }));
  return {
    update: streams.update,
    digest: (name) => plain.get(name)?.copy().digest() ?? Buffer.alloc(0),
    finish: () =>
      plans.map(({ file: { path, sha256, kind }, proofs }) => {
        const signatures = proofs.map((prove) => prove());
        return { path, sha256, kind, signatures };
      }),
  };
}

/** What will be known of an entry when all is read. */
function planned(entry: Entry, streams: Streams, keys: KnownKeys): () => SignatureEvidence {
  switch (entry.kind) {
    case 'signature': {
      const hashed = streams.plan(entry.packet, keys.candidates(entry.packet));
      return () => provePacket(entry, hashed?.() ?? null);
    }
    case 'ssh': {
      const digest = streams.digest(entry.signature.hash);
      return () => proveSsh(entry.signature, digest());
    }
    case 'malformed':
    case 'unsupported':
      return () => proveNothing(entry);
  }
}

interface Streams {
  /** Of the bytes alone. */
  digest(name: string): () => Buffer;
  update(bytes: Buffer): void;
  /** What will be known of the signature when all is read; null when that cannot be. */
  plan(packet: SignaturePacket, candidates: readonly Candidate[]): (() => Hashed) | null;
}

function openStreams(plain: Map<string, Hash>): Streams {
  const binary: Sink[] = [...plain.values()];
  const text: Sink[] = [];
  const special = new Map<string, Hash>();
  const canonical = lineEnds();
  let opened = 0;
  const open = <T extends Sink>(sink: T, { type, salt }: SignaturePacket): T => {
    opened += 1;
    if (salt.length > 0) sink.update(salt);
    (type === 0x01 ? text : binary).push(sink);
    return sink;
  };
  const running = (name: string, packet: SignaturePacket): Hash | null => {
    const isPlain = packet.type === 0x00 && packet.salt.length === 0;
    const [pool, key] = isPlain ? [plain, name] : [special, `${name} ${packet.type} ${packet.salt.toString('hex')}`];
    const before = pool.get(key);
    if (before !== undefined) return before;
    if (opened >= MOST_STREAMS) return null;
    const hash = open(createHash(name), packet);
    pool.set(key, hash);
    return hash;
  };
  return {
    digest(name) {
      const hash = plain.get(name) ?? createHash(name);
      if (!plain.has(name)) binary.push(hash);
      plain.set(name, hash);
      return () => hash.copy().digest();
    },
    update(bytes) {
      for (const sink of binary) sink.update(bytes);
      if (text.length === 0) return;
      const lines = canonical(bytes);
      for (const sink of text) sink.update(lines);
    },
    plan(packet, candidates) {
      const hash = hashAlgorithm(packet.hashAlgorithm);
      if (hash === null) return null;
      const stream = running(hash.name, packet);
      if (stream === null) return null;
      const fed = candidates.map(({ key }): Verify | null => {
        const verify = opened < MOST_STREAMS ? key.wantsFeed(hash) : null;
        return verify === null ? null : open(verify, packet);
      });
      return () => {
        for (const verify of fed) verify?.update(packet.trailer);
        const digest = stream.copy().update(packet.trailer).digest();
        return { digest, tries: candidates.map((candidate, index) => ({ ...candidate, fed: fed[index] ?? null })) };
      };
    },
  };
}
