// What was measured, and the table of it.

import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { runChild } from '../../src/host/child.ts';
import { SECOND } from '../../src/host/clock.ts';

export interface Figure {
  readonly work: string;
  /** Of `/s` more is better, of everything else less. */
  readonly unit: 's' | 'ms' | 'MiB' | 'kB' | 'µs' | '/s' | 'requests';
  /** One of each run, in the order of the runs. */
  readonly ours: readonly number[];
  /** rsync's or nginx's own of the same runs; null where there is nothing to compare with. */
  readonly base: readonly number[] | null;
  /** A ratio where there is a base, else in the unit of the figure; null where nothing was promised. */
  readonly aim: number | null;
}

export interface Verdict extends Figure {
  readonly median: number;
  readonly baseMedian: number | null;
  /** The median of the runs' own ratios: what disturbs a run disturbs both of its halves. */
  readonly ratio: number | null;
  readonly isReached: boolean | null;
}

export function judge(figure: Figure): Verdict {
  const { ours, base, aim } = figure;
  const ratio = base === null ? null : median(ours.map((value, run) => value / (base[run] ?? Number.NaN)));
  const reached = ratio ?? median(ours);
  return {
    ...figure,
    median: median(ours),
    baseMedian: base === null ? null : median(base),
    ratio,
    isReached: aim === null ? null : figure.unit === '/s' ? reached >= aim : reached <= aim,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function table(figures: readonly Figure[]): string {
  const head = ['work', 'assay', 'peer', 'ratio', 'of the runs', 'aim', ''];
  const rows = figures.map(judge).map(cells);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${[head, ...rows].map((row) => line(row).trimEnd()).join('\n')}\n`;
}

function cells(verdict: Verdict): string[] {
  const { work, unit, median: middle, baseMedian, ratio, ours, base, aim, isReached } = verdict;
  const each = base === null ? ours : ours.map((value, run) => value / (base[run] ?? Number.NaN));
  return [
    work,
    `${amount(middle, unit)} ${unit}`,
    baseMedian === null ? '' : `${amount(baseMedian, unit)} ${unit}`,
    ratio === null ? '' : ratio.toFixed(2),
    each.map((value) => (base === null ? amount(value, unit) : value.toFixed(2))).join(' '),
    aim === null ? '' : String(aim),
    isReached === null ? '' : isReached ? 'reached' : 'NOT REACHED',
  ];
}

function amount(value: number, unit: Figure['unit']): string {
  return value.toFixed(unit === 's' ? 2 : unit === 'µs' || unit === 'ms' || unit === 'kB' ? 1 : 0);
}

/** What a figure means nothing without. `load`: who else used the processors, one minute's average. */
export async function machineFacts(folder: string): Promise<Record<string, string | number>> {
  return {
    processor: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}`,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    file_system: await firstLine('stat', ['-f', '-c', '%T', folder]),
    rsync: (await firstLine('rsync', ['--version'])).replace(/^rsync +version v?(\S+).*/, '$1'),
    node: process.versions.node,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

async function firstLine(command: string, args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
  const onLine = (line: string) => void lines.push(line);
  await runChild({ command, args, env, onLine, deadlineMs: 10 * SECOND }, new AbortController().signal);
  return lines[0] ?? 'unknown';
}
