// How digests travel between threads: all of an answer in one buffer that is handed over, not four small ones a file that are copied. In a first
// pass of a hundred thousand files that is the difference between megabytes and gigabytes of garbage.

import type { StagedFile } from './staged-file.ts';

const SHA256 = 32;
const SHA1 = 20;
const MD5 = 16;
const SHA512 = 64;

type Facts = Omit<StagedFile, 'sha256' | 'sha1' | 'md5' | 'sha512'> & {
  readonly hasMd5: boolean;
  readonly hasSha512: boolean;
};

export interface PackedAnswer {
  readonly kind: 'digest';
  readonly id: number;
  readonly files: readonly Facts[];
  readonly missing: readonly string[];
  readonly digests: Uint8Array;
}

export function pack(id: number, files: readonly StagedFile[], missing: readonly string[]): PackedAnswer {
  const parts: Buffer[] = [];
  const facts = files.map(({ sha256, sha1, md5, sha512, ...rest }) => {
    parts.push(sha256, sha1, ...(md5 === null ? [] : [md5]), ...(sha512 === null ? [] : [sha512]));
    return { ...rest, hasMd5: md5 !== null, hasSha512: sha512 !== null };
  });
  const digests = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    digests.set(part, at);
    at += part.length;
  }
  return { kind: 'digest', id, files: facts, missing, digests };
}

export function unpack(answer: PackedAnswer): { files: StagedFile[]; missing: readonly string[] } {
  const all = Buffer.from(answer.digests.buffer, answer.digests.byteOffset, answer.digests.byteLength);
  let at = 0;
  const take = (length: number) => {
    at += length;
    return all.subarray(at - length, at);
  };
  const files = answer.files.map(({ hasMd5, hasSha512, ...rest }) => ({
    ...rest,
    sha256: take(SHA256),
    sha1: take(SHA1),
    md5: hasMd5 ? take(MD5) : null,
    sha512: hasSha512 ? take(SHA512) : null,
  }));
  return { files, missing: answer.missing };
}
