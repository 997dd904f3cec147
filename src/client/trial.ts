// One artifact fetched with our settings by the tool itself, in a folder of its own that is gone afterwards: whether the settings work, in the
// tool's own words.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Exit, runChild } from '../host/child.ts';
import { MINUTE } from '../host/clock.ts';
import type { HttpClient } from '../host/http.ts';
import { readNamed } from './named-file.ts';
import type { Environment } from './settings/disk.ts';
import { clientFile } from './settings/file.ts';
import type { Tool, Wish } from './settings/wish.ts';
import { chooseArtifact } from './trial/choose.ts';
import { type Artifact, TRUST_PASSWORD, TRUST_STORE, type TrialCommand, trialCommand } from './trial/command.ts';

export type { Artifact } from './trial/command.ts';

/** `same`: the tool has the very bytes that the mirror sends to us. `kept`: the last lines that the tool wrote. */
export type Tried =
  | { readonly kind: 'same'; readonly sha256: string; readonly from: string }
  | { readonly kind: 'differs'; readonly sha256: string; readonly expected: string; readonly from: string }
  | { readonly kind: 'failed'; readonly sentence: string; readonly kept: readonly string[] };

export interface TrialHost {
  readonly http: HttpClient;
  readonly env: Environment;
}

const DEADLINE_MS = 5 * MINUTE;
const KEPT_LINES = 40;
const MOST_BYTES = 64 * 1024 * 1024;
const TELLING = /error|warn|fail|could not|checksum|unable|refused|denied|not found|exception|corrupted/i;
const INHERITED = ['PATH', 'HOME', 'JAVA_HOME', 'JAVA_CMD', 'http_proxy', 'https_proxy', 'no_proxy', 'LANG'];

/** Tries what was named, or something that the first mirror has. Throws `program-not-found` where the tool is not installed. */
export async function tryArtifact(
  tool: Tool,
  wish: Wish,
  wanted: Artifact | null,
  host: TrialHost,
  signal: AbortSignal,
): Promise<Tried & { readonly artifact: Artifact | null }> {
  const artifact = wanted ?? (await chooseArtifact(wish.mirrors[0], caOf(wish), host.http, signal));
  if (artifact !== null) return { ...(await tryTool(tool, wish, artifact, host, signal)), artifact };
  const sentence = `${wish.mirrors[0]} does not tell what it has: name something with --artifact`;
  return { kind: 'failed', sentence, kept: [], artifact };
}

/** Throws `program-not-found` where the tool is not installed. */
export async function tryTool(
  tool: Tool,
  wish: Wish,
  wanted: Artifact,
  host: TrialHost,
  signal: AbortSignal,
): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-try-'));
  try {
    const file = clientFile(tool, wish);
    if (file.kind === 'fault') return { kind: 'failed', sentence: file.sentence, kept: [] };
    const trial = trialCommand(tool, wish, file.text, wanted, folder);
    for (const [path, text] of Object.entries(trial.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await trustStore(wish, folder, host, signal);
    const lines: string[] = [];
    const exit = await runChild(
      {
        command: trial.command,
        args: trial.args,
        cwd: folder,
        env: { ...inherited(host.env), ...trial.env },
        onLine: (line) => {
          lines.push(line);
          if (lines.length > 10 * KEPT_LINES) lines.splice(0, 9 * KEPT_LINES);
        },
        deadlineMs: DEADLINE_MS,
      },
      signal,
    );
    signal.throwIfAborted();
    return await judge(trial, exit, lines, folder, wish, wanted, host, signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judge(
  trial: TrialCommand,
  exit: Exit,
  lines: readonly string[],
  folder: string,
  wish: Wish,
  wanted: Artifact,
  host: TrialHost,
  signal: AbortSignal,
): Promise<Tried> {
  const jar = jarIn(join(folder, trial.local), trial.layout, wanted);
  const isDone = exit.kind === 'exited' && exit.status === 0;
  if (!isDone || jar === null) {
    const words = [...lines, ...exit.stderr.split('\n')].filter((line) => line.trim() !== '');
    const telling = words.filter((line) => TELLING.test(line));
    const kept = (telling.length > 0 ? telling : words).slice(-KEPT_LINES);
    return { kind: 'failed', sentence: `${trial.command} ${endOf(exit, isDone)}`, kept };
  }
  const sha256 = createHash('sha256').update(jar).digest('hex');
  for (const mirror of wish.mirrors) {
    const expected = await digestAt(mirror, wanted, wish, host, signal);
    if (expected !== null) {
      return expected === sha256
        ? { kind: 'same', sha256, from: mirror }
        : { kind: 'differs', sha256, expected, from: mirror };
    }
  }
  return { kind: 'failed', sentence: `no mirror has ${wanted.artifact}: it came from elsewhere`, kept: [] };
}

function endOf(exit: Exit, isDone: boolean): string {
  if (isDone) return 'ended well, and fetched nothing';
  switch (exit.kind) {
    case 'exited':
      return `ended with status ${exit.status}`;
    case 'killed':
      return `was ended by ${exit.by}`;
    case 'deadline':
      return `had not ended after ${DEADLINE_MS / MINUTE} minutes`;
    case 'aborted':
      return 'was stopped';
  }
}

/** What a mirror sends for the jar, or null where it sends nothing. */
async function digestAt(
  mirror: string,
  wanted: Artifact,
  wish: Wish,
  { http }: TrialHost,
  signal: AbortSignal,
): Promise<string | null> {
  const ca = caOf(wish);
  const url = new URL(pathOf(wanted).split('/').map(encodeURIComponent).join('/'), mirror);
  const outcome = await http.ask({ method: 'GET', url, ceilingBytes: MOST_BYTES, digests: ['sha256'], ca }, signal);
  if (outcome.kind === 'failure' || outcome.status !== 200) return null;
  return outcome.body.digests.sha256 ?? null;
}

function caOf({ certificateFile }: Wish): string | null {
  return certificateFile === null ? null : readNamed(certificateFile);
}

function pathOf({ group, artifact, version }: Artifact): string {
  return `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`;
}

function jarIn(local: string, layout: TrialCommand['layout'], wanted: Artifact): Buffer | null {
  if (layout === 'maven') {
    const path = join(local, pathOf(wanted));
    return existsSync(path) ? readFileSync(path) : null;
  }
  // Gradle keeps each file in a folder named for its SHA-1.
  const folder = join(local, wanted.group, wanted.artifact, wanted.version);
  if (!existsSync(folder)) return null;
  const name = `${wanted.artifact}-${wanted.version}.jar`;
  const found = readdirSync(folder).find((sum) => existsSync(join(folder, sum, name)));
  return found === undefined ? null : readFileSync(join(folder, found, name));
}

/** Java trusts what stands in a store of its own form, which Java alone writes. */
async function trustStore(
  { certificateFile }: Wish,
  folder: string,
  host: TrialHost,
  signal: AbortSignal,
): Promise<void> {
  if (certificateFile === null) return;
  const what = ['-importcert', '-noprompt', '-alias', 'assay', '-file', resolve(certificateFile)];
  const where = ['-keystore', join(folder, TRUST_STORE), '-storepass', TRUST_PASSWORD];
  await runChild(
    { command: 'keytool', args: [...what, ...where], env: inherited(host.env), deadlineMs: MINUTE },
    signal,
  );
}

function inherited(env: Environment): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
