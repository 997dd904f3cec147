import type { Command } from 'commander';
import type { DoctorResult } from '../config/shape/doctor.ts';
import { type Desk, onInstallation } from './desk.ts';
import { prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { counted, withoutControls } from './text.ts';

const STATUSES = `Exit status:
  0  nothing is wrong, as far as can be told
  1  a warning: it works, and should not stay so
  2  wrong usage, or the configuration has faults
  3  a fault: something does not work`;

export function addDoctor(program: Command, desk: Desk): void {
  const command = program
    .command('doctor')
    .summary('look at the machine: what is wrong, and what to do about it')
    .description(
      prose(`Looks at everything round the mirror that an operator would look at: programs, clock, disk, permissions,
        locks, ports, certificate, source, systemd, database, age of the last pass and scrub. Each thing is ok, a warning, a fault, or
        unknown when it cannot be told from here, with a remedy. Changes nothing.`),
    )
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.doctor(config, call.signal);
        return replyWith(done, doctorText(done.result));
      }),
    );
  teach(command, STATUSES, [
    ['before the first start, and whenever something is odd', 'assay doctor'],
    ['only what is wrong', `assay doctor --json | jq '.result.checks[] | select(.state != "ok")'`],
  ]);
}

const WORDS = { ok: 'ok', warning: 'WARNING', fault: 'FAULT', unknown: 'unknown' } as const;

/** What is wrong stands where it was looked for: the order is that of the checks. */
function doctorText({ checks }: DoctorResult): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, sentence, remedy }) => [
    `${WORDS[state].padEnd(8)} ${name.padEnd(width)}  ${withoutControls(sentence)}`,
    ...(remedy === null ? [] : [`${' '.repeat(width + 11)}${withoutControls(remedy)}`]),
  ]);
  const count = (wanted: string) => checks.filter(({ state }) => state === wanted).length;
  const total = `${counted(count('fault'), 'fault')}, ${counted(count('warning'), 'warning')}, ${count('unknown')} unknown.`;
  return [...lines, '', total].join('\n');
}
