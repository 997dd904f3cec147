import type { Stream } from './output.ts';
import { withoutControls } from './text.ts';

export interface ProgressLine extends Disposable {
  show(line: string): void;
}

const CLEAR = '\r\u001b[K';
const WIDTH = 110;

/** One line at the foot of a terminal that is written over and over, and gone at the end. */
export function progressLine(stream: Stream): ProgressLine {
  return {
    show: (line) => {
      stream.write(`${CLEAR}${withoutControls(line).slice(0, WIDTH)}`);
    },
    [Symbol.dispose]: () => {
      stream.write(CLEAR);
    },
  };
}
