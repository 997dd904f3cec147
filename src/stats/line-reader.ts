// Lines out of pieces of a file. A character is a byte (latin-1), so that lengths are offsets and no byte string is malformed.

export interface LineReader {
  /** Hands over each whole line of the bytes so far, without its end; what begins and does not end yet waits for the next piece. */
  push(bytes: Buffer): void;
  /** What waits is a line, too: for a file that is closed for good. */
  end(): void;
  /** Bytes up to the end of the last whole line. */
  readonly consumed: number;
}

/** No server writes longer ones. What is longer is handed over once, cut, and is a reject wherever it comes. */
export const LONGEST_LINE = 65_536;

export function lineReader(onLine: (line: string) => void): LineReader {
  let rest = '';
  let restBytes = 0;
  let consumed = 0;
  const hand = (line: string): void => onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  return {
    push(bytes) {
      const text = rest + bytes.toString('latin1');
      let begin = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
        hand(text.slice(begin, end));
        begin = end + 1;
      }
      const all = restBytes + bytes.length;
      const left = text.length - begin;
      if (begin > 0) restBytes = left;
      else restBytes = all;
      consumed += all - restBytes;
      // Only the head of an endless line is kept, and its bytes are counted all the same.
      rest = left > LONGEST_LINE ? text.slice(begin, begin + LONGEST_LINE) : text.slice(begin);
    },
    end() {
      if (restBytes > 0) hand(rest);
      consumed += restBytes;
      rest = '';
      restBytes = 0;
    },
    get consumed() {
      return consumed;
    },
  };
}
