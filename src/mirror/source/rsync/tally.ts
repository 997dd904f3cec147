// rsync ends with 0 even when its own output could not be written (a full disk under the scratch folder): lines are lost without a word, and a
// listing with holes looks whole. So its closing statistics are compared with the lines that came.

export interface Tally {
  /** Takes each line that is not ours. */
  note(line: Buffer): void;
  /** What rsync counted: regular files and links listed, files transferred; null without statistics. */
  counted(): { readonly files: number; readonly links: number; readonly transferred: number } | null;
}

const FILES = Buffer.from('Number of files: ');
const TRANSFERRED = Buffer.from('Number of regular files transferred: ');

/** A server may have rsync print such lines too; the last ones are rsync's own. */
export function makeTally(): Tally {
  let files: string | null = null;
  let transferred: string | null = null;
  return {
    note(line) {
      if (startsWith(line, FILES)) files = line.toString('latin1');
      else if (startsWith(line, TRANSFERRED)) transferred = line.toString('latin1', TRANSFERRED.length);
    },
    counted() {
      if (files === null || transferred === null) return null;
      return { files: countOf(files, 'reg'), links: countOf(files, 'link'), transferred: number(transferred) };
    },
  };
}

export function startsWith(line: Buffer, head: Buffer): boolean {
  return line.length >= head.length && line.compare(head, 0, head.length, 0, head.length) === 0;
}

/** `Number of files: 26 (reg: 9, dir: 9, link: 7, special: 1)`; a kind of which there is none is not named. */
function countOf(line: string, kind: string): number {
  return number(new RegExp(`\\b${kind}: ([\\d,]+)`).exec(line)?.[1] ?? '0');
}

// Thousands may stand apart by commas: `1,234,567`, within a list whose members end with a comma and a blank.
function number(text: string): number {
  return Number(text.replace(/\D/g, ''));
}
