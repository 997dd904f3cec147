// A fingerprint of entries that come in no order: equal for equal sets, however they were listed. For noticing that nothing has changed, not
// against anybody who would make two sets look the same: he could as well list the old one.

import { hash } from 'node:crypto';

export interface MultisetPrint {
  add(entry: string): void;
  /** Lower-case hex. */
  finish(): string;
}

export function makeMultisetPrint(): MultisetPrint {
  const sums = new Uint32Array(4);
  let entries = 0;
  return {
    add(entry) {
      const digest = hash('md5', entry, 'buffer');
      for (let word = 0; word < 4; word += 1) sums[word] = (sums[word] ?? 0) + digest.readUInt32LE(word * 4);
      entries += 1;
    },
    finish: () => hash('sha256', `assay multiset 1\n${entries}\n${[...sums].join(' ')}`),
  };
}
