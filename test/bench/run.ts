// `npm run bench`: how a pass stands beside plain rsync, and what it holds in memory. Everything it makes is removed at its end.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { type Figure, judge, machineFacts, table } from './figure.ts';
import { measureMemory } from './memory.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { secondsOfMachine } from './processor.ts';
import { measureLarge, measureSmall } from './speed.ts';

process.exitCode = await bench(process.argv.slice(2));

async function bench(words: readonly string[]): Promise<number> {
  const options = optionsOf(words);
  if (typeof options === 'number') return options;
  const folder = resolve(process.env.INIT_CWD ?? '.', options.folder);
  const home = mkdtempSync(join(realpathSync(folder), 'assay-bench-'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => leave(home, name));
  if (options.profile !== null) mkdirSync(options.profile, { recursive: true });
  try {
    const before = await machineFacts(home);
    const busyBefore = secondsOfMachine();
    const begun = performance.now();
    const figures = await measure(home, options);
    const busy = (secondsOfMachine() - busyBefore) / (((performance.now() - begun) / 1000) * availableParallelism());
    print(
      options,
      { ...before, load_after: (await machineFacts(home)).load ?? 0, busy_percent: Math.round(busy * 100) },
      figures,
    );
    return 0;
  } finally {
    tell('removing what was made');
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(home: string, options: BenchOptions): Promise<Figure[]> {
  return [
    ...(options.small > 0 ? await measureSmall(home, options, tell) : []),
    ...(options.large > 0 ? await measureLarge(home, options, tell) : []),
    ...(options.rows > 0 ? await measureMemory(home, options, tell) : []),
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

/** Children get the signal too, or end when we do. */
function leave(home: string, name: 'SIGINT' | 'SIGTERM'): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  process.exit(name === 'SIGINT' ? 130 : 143);
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
