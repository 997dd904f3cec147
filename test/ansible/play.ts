// Ansible as an operator runs it, with nothing of this machine's user, its answers read from its own JSON.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MINUTE } from '../../src/host/clock.ts';
import { runTool } from '../support/tool-run.ts';

export const ANSIBLE = resolve(import.meta.dirname, '../../ansible');

export type Variables = Readonly<Record<string, unknown>>;

export interface Played {
  readonly status: number | null;
  /** By host: how many tasks changed something. */
  readonly changed: ReadonlyMap<string, number>;
  /** By host: the sentence of the task that failed. A host that came through has none. */
  readonly failures: ReadonlyMap<string, string>;
  /** By host: what `debug` said, in its order. */
  readonly said: ReadonlyMap<string, readonly unknown[]>;
  /** By host: the names of the tasks that changed something. */
  readonly changes: ReadonlyMap<string, readonly string[]>;
  readonly output: string;
}

/** A line of told.py. */
type Told =
  | { readonly host: string; readonly sums: { readonly changed: number } }
  | {
      readonly host: string;
      readonly task: string;
      readonly action: string;
      readonly end: 'ok' | 'failed';
      readonly changed: boolean;
      readonly msg: string | readonly string[];
    };

export interface PlayOptions {
  /** An empty folder of its own: the inventory, and Ansible's own files. */
  readonly home: string;
  readonly hosts: Readonly<Record<string, Variables>>;
  readonly words?: readonly string[];
  /** Put before the command: `nsenter`, to play from within another network. */
  readonly within?: readonly string[];
}

/** Plays `playbook` (a path, or a name within `ansible/`) over these hosts. Call `needs(t, 'ansible-playbook')` before. */
export async function play(playbook: string, { home, hosts, words = [], within = [] }: PlayOptions): Promise<Played> {
  const inventory = join(home, 'inventory.json');
  writeFileSync(inventory, JSON.stringify({ all: { hosts } }));
  const told = join(home, 'told.jsonl');
  const argv = [...within, 'ansible-playbook', '--inventory', inventory, resolve(ANSIBLE, playbook), ...words];
  const { status, output } = await runTool(argv[0] ?? '', argv.slice(1), {
    cwd: home,
    timeoutMs: 10 * MINUTE,
    env: {
      LC_ALL: 'C.UTF-8',
      ANSIBLE_CONFIG: join(ANSIBLE, 'ansible.cfg'),
      ANSIBLE_HOME: join(home, '.ansible'),
      ANSIBLE_LOCAL_TEMP: join(home, '.ansible/tmp'),
      ANSIBLE_REMOTE_TEMP: join(home, '.ansible/remote'),
      ANSIBLE_CALLBACK_PLUGINS: import.meta.dirname,
      ANSIBLE_CALLBACKS_ENABLED: 'told',
      ASSAY_TOLD: told,
      ANSIBLE_FORKS: '4',
      PYTHONDONTWRITEBYTECODE: '1',
      ANSIBLE_DEPRECATION_WARNINGS: 'False',
    },
  });
  const played = { status, output, ...readTold(told) };
  rmSync(told, { force: true });
  return played;
}

function readTold(file: string): Omit<Played, 'status' | 'output'> {
  const failures = new Map<string, string>();
  const said = new Map<string, unknown[]>();
  const changes = new Map<string, string[]>();
  const changed = new Map<string, number>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  for (const told of lines.map((line) => JSON.parse(line) as Told)) {
    if ('sums' in told) {
      changed.set(told.host, told.sums.changed);
      continue;
    }
    const { host, task, action, end, msg } = told;
    // A later failure is the end of a way that an earlier one began.
    if (end === 'failed') failures.set(host, typeof msg === 'string' ? msg.trim() : msg.join('\n'));
    if (action.endsWith('debug')) said.set(host, [...(said.get(host) ?? []), msg]);
    if (told.changed) changes.set(host, [...(changes.get(host) ?? []), task]);
  }
  return { changed, failures, said, changes };
}
