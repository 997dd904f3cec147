// The lines of a fetch or a comparison: `--out-format='TOKEN%i %b %l %n//'`. With `%b` rsync prints a file's line once its data is there, but
// before it has set the file's time: a file is whole when the line of the *next* one is read (one process receives them in turn).

import { nameFault } from './listing.ts';
import { readName } from './names.ts';
import type { OnLine } from './tail.ts';
import { makeTally, startsWith } from './tally.ts';

export interface TransferSink {
  /** A regular file whose data has come, or differs. `bytes` crossed the network for it. */
  file(path: string, bytes: number, size: number): void;
}

export interface TransferReader {
  readonly take: OnLine;
  /** Whether as many lines came as rsync says it transferred files. */
  isWhole(): boolean;
}

const ITEM_LENGTH = 11;
const REGULAR = 0x66;
const RECEIVED = 0x3e;

export function makeTransferReader(token: string, sink: TransferSink): TransferReader {
  const head = Buffer.from(token);
  const tally = makeTally();
  let lines = 0;
  return {
    take(line) {
      if (!startsWith(line, head)) {
        tally.note(line);
        return;
      }
      if (line[token.length] !== RECEIVED || line[token.length + 1] !== REGULAR) return;
      lines += 1;
      const bytesAt = token.length + ITEM_LENGTH + 1;
      const sizeAt = line.indexOf(0x20, bytesAt) + 1;
      const nameAt = line.indexOf(0x20, sizeAt) + 1;
      const name = readName(line.subarray(nameAt, line.length - 2));
      // In a whole folder names may come that no plan would name: they lie in staging, and nobody is told of them.
      if (name.text === null || nameFault(name) !== null) return;
      sink.file(name.text, numberAt(line, bytesAt, sizeAt - 1), numberAt(line, sizeAt, nameAt - 1));
    },
    isWhole: () => lines >= (tally.counted()?.transferred ?? 0),
  };
}

function numberAt(line: Buffer, from: number, to: number): number {
  return Number(line.toString('latin1', from, to));
}
