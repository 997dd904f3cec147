// How the demo speaks: lines that stay, and on a terminal one line at the foot that is written over and over.

import { SECOND } from '../host/clock.ts';

/** Where text goes. `out` is standard output, `err` standard error. */
export interface DemoIo {
  out(text: string): void;
  err(text: string): void;
  /** Whether standard error is a terminal: no other place ever gets a progress line. */
  readonly isTerminal: boolean;
}

export interface Teller extends Disposable {
  /** One line or several that stay. */
  say(text: string): void;
  /** What goes on now, shown at most ten times a second and gone with the next `say`; null where nobody would see it. */
  readonly progress: ((line: string) => void) | null;
  /** The same with a bar. */
  bar(what: string, done: number, of: number): void;
}

const CLEAR = '\r\u001b[K';
const WIDTH = 78;
const BAR_CELLS = 30;
const REDRAW_MS = SECOND / 10;

/** With `json` everything for people goes to standard error, so that standard output holds the result alone. */
export function openTeller(io: DemoIo, json: boolean): Teller {
  const write = json ? io.err : io.out;
  let isShown = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    if (isShown) io.err(CLEAR);
    isShown = false;
  };
  const show = (line: string): void => {
    if (!io.isTerminal || performance.now() - drawnAt < REDRAW_MS) return;
    drawnAt = performance.now();
    io.err(`${CLEAR}  ${line.slice(0, WIDTH)}`);
    isShown = true;
  };
  return {
    say: (text) => {
      clear();
      write(`${text}\n`);
    },
    progress: io.isTerminal ? show : null,
    bar: (what, done, of) => {
      const full = Math.round((BAR_CELLS * done) / Math.max(of, 1));
      show(`[${'#'.repeat(full).padEnd(BAR_CELLS, '.')}] ${what} ${number(done)} of ${number(of)}`);
    },
    [Symbol.dispose]: clear,
  };
}

/** `3,151` */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 file`, `3,151 files` */
export function counted(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `4.3 MB` */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
