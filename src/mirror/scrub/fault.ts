// What is wrong with the tree or with the inventory, decided from what was read and what was published. Pure.

import { hash } from 'node:crypto';
import type { Observed, Severity } from '../../finding/finding.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Reread } from '../verify/digest.ts';

export type FaultVerdict = 'damaged' | 'missing' | 'record-damaged' | 'foreign';

/** One fault that a scrub has found; `why` is a sentence for people. */
export interface Fault {
  readonly verdict: FaultVerdict;
  readonly path: string;
  readonly why: string;
  readonly expected: Observed | null;
  readonly observed: Observed | null;
}

/** A foreign file is served by nobody who asks the inventory, only by who serves the plain tree. */
export const FAULT_SEVERITY: Readonly<Record<FaultVerdict, Severity>> = {
  damaged: 'critical',
  missing: 'critical',
  'record-damaged': 'critical',
  foreign: 'warning',
};

/** `body` are the bytes that the database holds of a metadata file and serves in place of the tree's, or null. */
export function faultOf(row: InventoryRow, seen: Reread, body: Buffer | null): Fault | null {
  const { path } = row;
  const expected = { size: row.size, sha256: row.sha256.toString('hex') };
  const fault = (verdict: FaultVerdict, why: string, observed: Observed | null): Fault => {
    return { verdict, path, why, expected, observed };
  };
  switch (seen.kind) {
    case 'missing':
      return fault('missing', 'it was published, and no such file is there', null);
    case 'unreadable':
      return fault('damaged', `it cannot be read (${seen.code})`, null);
    case 'read': {
      const observed = { size: seen.size, sha256: seen.sha256 };
      if (seen.size !== row.size)
        return fault('damaged', `it has ${seen.size} bytes in place of ${row.size}`, observed);
      if (seen.sha256 !== expected.sha256)
        return fault('damaged', 'its bytes are not those that were published', observed);
      if (seen.sha1 !== row.sha1.toString('hex'))
        return fault('record-damaged', 'the file is good; the SHA-1 that the database has of it is not', observed);
      if (body !== null && !isBodyOf(row, body)) return fault('record-damaged', BODY_WRONG, ofBytes(body));
      return null;
    }
    default:
      return seen satisfies never;
  }
}

const BODY_WRONG = 'the file is good; the copy of it in the database, which is served, is not';

/** Whether what is served of this row would be wrong: metadata that is damaged in the tree is still served from the database. */
export function spoilsAnswers(fault: Fault, row: InventoryRow, body: Buffer | null): boolean {
  return fault.verdict === 'record-damaged' || body === null || !isBodyOf(row, body);
}

export function isBodyOf(row: InventoryRow, body: Buffer): boolean {
  return hash('sha256', body) === row.sha256.toString('hex');
}

function ofBytes(bytes: Buffer): Observed {
  return { size: bytes.length, sha256: hash('sha256', bytes) };
}
