import { countLines } from './count-lines.ts';
import type { Content, CountStore } from './count-store.ts';
import { type Counter, type DayCount, makeCounter } from './counter.ts';
import { type FoundFile, HEAD_BYTES, headOf, isPacked, readFrom, readHead, recognise } from './log-file.ts';
import type { LogSource } from './log-source.ts';
import { emptyHit, type LineParser } from './parse/hit.ts';
import { parserOf } from './parse/parser.ts';
import type { RetryMemory } from './retry.ts';

/** What one look at the logs works with. */
export interface Looking {
  readonly store: CountStore;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly retries: RetryMemory;
}

export interface ReadSum {
  readonly bytes: number;
  readonly lines: number;
  /** Lines that are no request of this kind of log. */
  readonly rejected: number;
}

/** So much is read between two commits: all that a kill costs. */
const STRETCH_BYTES = 256 * 1024 * 1024;

/** Counts what a file has beyond what is counted of its content already. Throws `stats-log-unreadable`; what was committed before stays. */
export async function ingestFile(
  log: LogSource,
  file: FoundFile,
  looking: Looking,
  signal: AbortSignal,
): Promise<ReadSum> {
  const { store, now, retries } = looking;
  const known = store.contents(log.name);
  const same = known.find((each) => isUnchanged(each, file));
  if (same !== undefined) {
    store.sawContent(same.id ?? 0, now);
    return { bytes: 0, lines: 0, rejected: 0 };
  }
  const head = await readHead(file, signal);
  const content = recognise(head, known);
  const begin = beginOf(content, file);
  const parser = parserOf(log.kind, log.format);
  if (begin > 0) readFieldNames(head, parser);
  const counter = counterFor(log, looking, (day) => store.day(log.name, day));
  const counting = countLines(parser, counter);
  const sum = { bytes: 0, lines: 0, rejected: 0 };
  let id = content?.id ?? null;
  const commit = (): void => {
    const offset = begin + counting.reader.consumed;
    const headBytes = Math.min(HEAD_BYTES, offset, head.length);
    if (headBytes === 0) return;
    const seen = counting.take();
    const read = { content: { ...file, id, offset, headBytes, head: headOf(head, headBytes) } };
    id = store.commit({ log: log.name, days: counter.take(), ...seen, recent: retries.recent(), read }, now);
    sum.bytes = counting.reader.consumed;
    sum.lines += seen.lines;
    sum.rejected += seen.rejected;
  };
  let uncommitted = 0;
  for await (const chunk of readFrom(file, begin, signal)) {
    counting.reader.push(chunk);
    uncommitted += chunk.length;
    if (uncommitted < STRETCH_BYTES) continue;
    commit();
    uncommitted = 0;
  }
  if (isPacked(file)) counting.reader.end();
  commit();
  return sum;
}

/** `load` gives what is known of a day already; with `only` everything on other days is left out. */
export function counterFor(
  log: LogSource,
  { now, retries }: Pick<Looking, 'now' | 'retries'>,
  load: (day: number) => DayCount | null,
  only?: number,
): Counter {
  const { tells } = parserOf(log.kind, log.format);
  return makeCounter({ tells, also: log.also, retries, now, load, ...(only === undefined ? {} : { only }) });
}

function isUnchanged(content: Content, file: FoundFile): boolean {
  const { device, inode, size, modifiedAt, path } = content;
  return (
    device === file.device &&
    inode === file.inode &&
    size === file.size &&
    modifiedAt === file.modifiedAt &&
    path === file.path
  );
}

/** A plain file that is shorter than what was counted of it was cut in place: what is left was counted, what comes is not. */
function beginOf(content: Content | null, file: FoundFile): number {
  if (content === null) return 0;
  return isPacked(file) ? content.offset : Math.min(content.offset, file.size);
}

/** Whoever goes on in the middle of a file must know what its head said of its fields. */
function readFieldNames(head: Buffer, parser: LineParser): void {
  const ignored = emptyHit();
  for (const line of head.toString('latin1').split('\n')) if (line.startsWith('#')) parser.parse(line, ignored);
}
