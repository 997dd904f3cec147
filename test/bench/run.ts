// `npm run bench`: how a pass stands beside plain rsync and serving beside nginx, and what they hold in memory. Everything it makes is removed at its end.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { measureBucket } from './bucket.ts';
import { measureClients } from './clients.ts';
import { measureCounting } from './counting.ts';
import { measureCrawl } from './crawl.ts';
import { type Figure, judge, machineFacts, table } from './figure.ts';
import { measureMemory } from './memory.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { measurePages } from './pages.ts';
import { secondsOfMachine } from './processor.ts';
import { measurePulling } from './pulling.ts';
import { measurePush } from './pushing.ts';
import { measureScrub } from './scrub.ts';
import { measureServing } from './serving.ts';
import { measureDuringPass } from './serving-pass.ts';
import { measureSignatures } from './signatures.ts';
import { measureLarge, measureSmall } from './speed.ts';

process.exitCode = await bench(process.argv.slice(2));

async function bench(words: readonly string[]): Promise<number> {
  const options = optionsOf(words);
  if (typeof options === 'number') return options;
  const folder = resolve(process.env.INIT_CWD ?? '.', options.folder);
  const home = mkdtempSync(join(realpathSync(folder), 'assay-bench-'));
  const stop = stopOnSignals();
  if (options.profile !== null) mkdirSync(options.profile, { recursive: true });
  try {
    const before = await machineFacts(home);
    const busyBefore = secondsOfMachine();
    const begun = performance.now();
    const figures = await measure(home, options, stop.signal);
    const busy = (secondsOfMachine() - busyBefore) / (((performance.now() - begun) / 1000) * availableParallelism());
    print(
      options,
      { ...before, load_after: (await machineFacts(home)).load ?? 0, busy_percent: Math.round(busy * 100) },
      figures,
    );
    return 0;
  } catch (error) {
    if (stop.by() === null) throw error;
    return stop.by() === 'SIGINT' ? 130 : 143;
  } finally {
    tell('removing what was made');
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(home: string, options: BenchOptions, signal: AbortSignal): Promise<Figure[]> {
  return [
    ...(options.small > 0 ? await measureSmall(home, options, tell, signal) : []),
    ...(options.large > 0 ? await measureLarge(home, options, tell, signal) : []),
    ...(options.scrub ? await measureScrub(home, options, tell, signal) : []),
    ...(options.seconds > 0 ? await measureServing(home, options, tell, signal) : []),
    ...(options.seconds > 0 && options.small > 0 ? await measureDuringPass(home, options, tell, signal) : []),
    ...(options.builds > 0 ? await measureClients(home, options, tell, signal) : []),
    ...(options.keys > 0 ? await measureBucket(home, options, tell, signal) : []),
    ...(options.pulled > 0 ? await measurePulling(home, options, tell, signal) : []),
    ...(options.signatures ? await measureSignatures(home, options, tell, signal) : []),
    ...(options.pushed + options.pushedLarge > 0 ? await measurePush(home, options, tell, signal) : []),
    ...(options.lines > 0 ? await measureCounting(home, options, tell) : []),
    ...(options.found > 0 ? await measurePages(home, options, tell, signal) : []),
    ...(options.crawled > 0 ? await measureCrawl(home, options, tell, signal) : []),
    ...(options.rows > 0 ? await measureMemory(home, options, tell, signal) : []),
  ];
}

function optionsOf(words: readonly string[]): BenchOptions | number {
  try {
    const options = parseOptions(words);
    if (options !== null) return options;
    process.stdout.write(USAGE);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
}

function print(options: BenchOptions, facts: Record<string, string | number>, figures: readonly Figure[]): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine: facts, figures: figures.map(judge) })}\n`);
    return;
  }
  const machine = Object.entries(facts).map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`);
  process.stdout.write(`\n${machine.join(', ')}\n\n${table(figures)}`);
}

/** What was started is ended and what was made is removed before we go; the second signal does not wait for that. */
function stopOnSignals(): { readonly signal: AbortSignal; by(): NodeJS.Signals | null } {
  const controller = new AbortController();
  let first: NodeJS.Signals | null = null;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (first !== null) process.exit(1);
      first = name;
      controller.abort();
    });
  }
  return { signal: controller.signal, by: () => first };
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
