// What travels with the tree and is ours: `.meta/assay/` tells whoever looks at any copy of it how fresh that copy is. Written last in a pass.

import { join } from 'node:path';
import { isoTime } from '../../host/clock.ts';
import { writeDurably } from '../../host/durable.ts';

export interface Trace {
  readonly name: string;
  readonly contact: string | null;
  readonly source: string;
  readonly lineage: string;
  readonly generation: number;
  readonly files: number;
  readonly bytes: number;
  /** When the pass began whose content this tree holds; newer content at the origin may be missing. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly version: string;
}

export const TRACE_FOLDER = '.meta/assay';

/** `trace` in the style of Debian's mirrors, `epoch` as one number for mirror checkers, `status.json` for programs. */
export function writeTrace(published: string, trace: Trace): void {
  const folder = join(published, TRACE_FOLDER);
  writeDurably(join(folder, 'trace'), debianTrace(trace));
  writeDurably(join(folder, 'epoch'), `${Math.floor(trace.startedAt / 1000)}\n`);
  writeDurably(join(folder, 'status.json'), `${JSON.stringify(statusOf(trace), null, 2)}\n`);
}

function debianTrace(trace: Trace): string {
  const fields: [string, string][] = [
    ['Date', new Date(trace.endedAt).toUTCString()],
    ['Date-Started', new Date(trace.startedAt).toUTCString()],
    ['Creator', `assay ${trace.version}`],
    ['Running on host', trace.name],
    ...(trace.contact === null ? [] : [['Maintainer', trace.contact] as [string, string]]),
    ['Upstream-Mirror', trace.source],
    ['Lineage', trace.lineage],
    ['Generation', String(trace.generation)],
    ['Files', String(trace.files)],
    ['Bytes', String(trace.bytes)],
  ];
  return `${dateInUtc(trace.endedAt)}\n${fields.map(([name, value]) => `${name}: ${value}\n`).join('')}`;
}

/** As `date -u` prints it, which is what programs that read such files look for in the first line: `Sat Nov 21 01:30:00 UTC 2026`. */
function dateInUtc(milliseconds: number): string {
  const [weekday = '', day = '', month, year, time] = new Date(milliseconds).toUTCString().split(' ');
  return `${weekday.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} UTC ${year}`;
}

function statusOf(trace: Trace): Record<string, unknown> {
  return {
    assay: 1,
    name: trace.name,
    lineage: trace.lineage,
    generation: trace.generation,
    files: trace.files,
    bytes: trace.bytes,
    last_success_at: isoTime(trace.startedAt),
    written_at: isoTime(trace.endedAt),
  };
}
