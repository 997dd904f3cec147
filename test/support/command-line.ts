import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Stop } from '../../src/command/desk.ts';
import { run } from '../../src/command/run.ts';
import type { VerbHost, Verbs } from '../../src/compose/verbs.ts';
import { temporaryFolder } from './folder.ts';
import { handClock } from './hand-clock.ts';

export interface Printed {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the installation was made with; null when the verb did not need one. */
  readonly host: VerbHost | null;
}

export interface LineOptions {
  readonly verbs?: Verbs;
  readonly env?: Record<string, string>;
  readonly stop?: Stop;
  readonly isTerminal?: boolean;
}

const NEVER: Stop = { signal: new AbortController().signal, by: () => null };

/** The command line in this process, at 2026-11-21T01:30 UTC, with its output caught. */
export async function commandLine(argv: readonly string[], options: LineOptions = {}): Promise<Printed> {
  let stdout = '';
  let stderr = '';
  let host: VerbHost | null = null;
  const io = {
    stdout: {
      write: (text: string) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text: string) => {
        stderr += text;
      },
      isTTY: options.isTerminal ?? false,
    },
    env: options.env ?? {},
    clock: handClock(),
  };
  const engine = async (asked: VerbHost) => {
    host = asked;
    if (options.verbs === undefined) throw new Error('this verb needs no installation');
    return options.verbs;
  };
  const exit = await run(argv, io, engine, options.stop ?? NEVER, '9.8.7');
  return { exit, stdout, stderr, host };
}

/** A configuration file that loads, for verbs that want one. */
export function someConfig(t: Pick<TestContext, 'after'>): string {
  const file = join(temporaryFolder(t), 'assay.yaml');
  writeFileSync(file, 'name: mirror.example.org\nsource: { url: "rsync://origin.example.org/repo/" }\n');
  return file;
}
