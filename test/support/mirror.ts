// A mirror of a small origin, as an operator has it: a folder shown by a real rsync daemon, a configuration file, the program itself. A
// scenario changes the origin, runs verbs and looks at what they print and at what is served.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { Stop } from '../../src/command/desk.ts';
import { exitStatus } from '../../src/command/exit-status.ts';
import { run } from '../../src/command/run.ts';
import { foldersOf } from '../../src/compose/folders.ts';
import { makeVerbs } from '../../src/compose/installation.ts';
import { openRoomsToRead, type Rooms } from '../../src/compose/rooms.ts';
import { serve } from '../../src/compose/serve-process.ts';
import { sync } from '../../src/compose/sync.ts';
import type { VerbHost } from '../../src/compose/verbs.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { Problem } from '../../src/config/shape/envelope.ts';
import type { SyncResult } from '../../src/config/shape/sync.ts';
import type { RsyncDaemonOptions } from '../../src/demo/rsync-daemon.ts';
import { DAY, MINUTE, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { temporaryFolder } from './folder.ts';
import { rsyncDaemon } from './rsync-daemon.ts';

export const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

export interface Told<Result> {
  readonly exit: number | null;
  readonly result: Result;
  readonly problems: readonly Problem[];
}

export interface Mirror {
  readonly origin: Origin;
  /** Of the origin, as the configuration has it. */
  readonly url: string;
  readonly configFile: string;
  readonly data: string;
  /** `assay sync --json` with further words. */
  sync(...words: string[]): Promise<Told<SyncResult>>;
  /** The same pass at a time that much later than now. */
  syncLater(laterMs: number): Promise<Told<SyncResult>>;
  /** Any verb with `--json`: the whole command line, in this process. */
  verb<Result = Record<string, unknown>>(...words: string[]): Promise<Told<Result>>;
  /** The same as a process of its own. */
  program<Result = Record<string, unknown>>(...words: string[]): Promise<Told<Result>>;
  /** Asks a server of this mirror for a repository path. It is started once and reads what the passes write. */
  get(path: string): Promise<{ status: number; text: string; headers: Headers; url: string }>;
  /** Sends JSON to an address of ours, with a bearer token or without. */
  post(path: string, body: unknown, token: string | null): Promise<{ status: number; body: Record<string, unknown> }>;
  /** The status of each path, in their order. */
  statuses(...paths: string[]): Promise<number[]>;
  /** What the database holds. */
  look<T>(ask: (rooms: Rooms) => T): T;
  /** Writes the configuration anew: what is given replaces single keys of its sections. */
  configure(sections: Sections): void;
}

export type Sections = Readonly<Record<string, Readonly<Record<string, unknown>> | readonly unknown[]>>;

export interface MirrorOptions {
  readonly sections?: Sections;
  /** Lines of the daemon's module. */
  readonly moduleOptions?: NonNullable<RsyncDaemonOptions['moduleOptions']>;
  /** In place of the daemon's own URL: a proxy in front of it. */
  readonly front?: (daemon: { readonly host: string; readonly port: number }) => Promise<string>;
}

/** An empty origin and a mirror of it that has not run yet. All of it is gone after the test. */
export async function startMirror(t: Pick<TestContext, 'after'>, options: MirrorOptions = {}): Promise<Mirror> {
  const home = temporaryFolder(t);
  const origin = makeOrigin(join(home, 'origin'));
  const daemon = await rsyncDaemon(t, origin.folder, options.moduleOptions);
  const url = (await options.front?.(daemon)) ?? daemon.url;
  const data = join(home, 'data');
  const configFile = join(home, 'assay.yaml');
  const configure = (sections: Sections) => writeFileSync(configFile, configText(url, data, sections));
  configure(options.sections ?? {});
  const first = ['--config', configFile, '--json'];
  const verb = <Result>(...words: string[]) => runHere<Result>([...first, ...words]);
  let base: Promise<string> | undefined;
  const get: Mirror['get'] = async (path) => {
    base ??= startServer(t, load(configFile));
    const answer = await fetch(`${await base}${path}`);
    return { status: answer.status, text: await answer.text(), headers: answer.headers, url: answer.url };
  };
  return {
    origin,
    url,
    configFile,
    data,
    sync: (...words) => verb('sync', ...words),
    syncLater: (laterMs) => syncInside(load(configFile), laterMs),
    verb,
    program: (...words) => runProgram([...first, ...words]),
    get,
    async post(path, body, token) {
      base ??= startServer(t, load(configFile));
      const headers = {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      };
      const answer = await fetch(`${await base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    statuses: async (...paths) => {
      const statuses: number[] = [];
      for (const path of paths) statuses.push((await get(path)).status);
      return statuses;
    },
    look: (ask) => {
      using rooms = openRoomsToRead(foldersOf(data));
      return ask(rooms);
    },
    configure,
  };
}

function configText(url: string, data: string, sections: Sections): string {
  const { source = {}, ...others } = sections;
  const one = { url, min_free_gib: 0 };
  return JSON.stringify({
    name: 'mirror.example.org',
    data,
    source: Array.isArray(source) ? source : { ...one, ...source },
    serve: { listen: ['127.0.0.1:0'], plain_http: true, access_log: null },
    ...others,
  });
}

function load(configFile: string): Config {
  const loaded = loadConfig(configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}

async function syncInside(config: Config, laterMs: number): Promise<Told<SyncResult>> {
  // Sleeping takes no time: retries of the source would otherwise wait for a clock that nobody moves.
  const clock = { now: () => Date.now() + laterMs, sleep: async () => undefined };
  const host = { clock, logger: makeLogger('silent'), onEvent: () => undefined };
  const options = { waitSeconds: 0, acceptPlan: null, seed: null };
  const { outcomes, ...done } = await sync(config, options, host, AbortSignal.timeout(MINUTE));
  return { ...done, exit: exitStatus(outcomes) };
}

async function startServer(t: Pick<TestContext, 'after'>, config: Config): Promise<string> {
  const task = {
    config,
    listen: ['127.0.0.1:0'],

    tls: null,
    reusePort: false,
    logLevel: 'silent' as const,
  };
  const server = await serve(task, new AbortController().signal);
  t.after(() => server.stop(0));
  return server.url;
}

const NEVER: Stop = { signal: new AbortController().signal, by: () => null };

async function runHere<Result>(words: readonly string[]): Promise<Told<Result>> {
  const { exit, out, err } = await printed(words);
  return told(exit, out, err);
}

/** What a verb that prints JSON Lines prints. */
export async function runLines(words: readonly string[]): Promise<Record<string, unknown>[]> {
  const { out } = await printed(words);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function printed(words: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = {
    stdout: {
      write: (text: string) => {
        out += text;
      },
    },
    stderr: {
      write: (text: string) => {
        err += text;
      },
    },
    env: {},
    clock: systemClock,
  };
  const engine = async (host: VerbHost) => makeVerbs(host);
  const exit = await run(['--log-level', 'silent', ...words], io, engine, NEVER, 'test');
  return { exit, out, err };
}

function told<Result>(exit: number | null, out: string, err: string): Told<Result> {
  if (out === '') throw new Error(`nothing was printed, and it ended with ${exit}: ${err}`);
  const { result, problems } = JSON.parse(out);
  return { exit, result, problems };
}

async function runProgram<Result>(words: readonly string[]): Promise<Told<Result>> {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'], timeout: MINUTE });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const exit = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  return told(exit, out, err);
}

export type Sum = 'md5' | 'sha1' | 'sha256' | 'sha512';

export interface PutOptions {
  /** The checksum files to write beside it. */
  readonly sums?: readonly Sum[];
  /** How long ago the origin wrote it. */
  readonly ageMs?: number;
}

export interface Origin {
  readonly folder: string;
  /** Writes a file, ten days old if nothing else is said. */
  put(path: string, content: string | Buffer, options?: PutOptions): void;
  /** Writes the jar and the POM of `org.example:NAME:VERSION`, each with its sha1. Returns their folder. */
  release(name: string, version: string, jar?: string, options?: PutOptions): string;
  /** Writes the metadata of `org.example:NAME` with its sha1. */
  metadata(name: string, versions: readonly string[], options?: PutOptions & { lastUpdated?: string }): string;
  /** A file or a folder, whether it is there or not. */
  remove(path: string): void;
}

const OLD = 10 * DAY;

function makeOrigin(folder: string): Origin {
  mkdirSync(folder);
  const put: Origin['put'] = (path, content, options = {}) => {
    write(join(folder, path), content, options.ageMs ?? OLD);
    for (const sum of options.sums ?? []) put(`${path}.${sum}`, sumOf(content, sum), { ageMs: options.ageMs ?? OLD });
  };
  return {
    folder,
    put,
    release(name, version, jar = `${name} ${version}`, options = {}) {
      const home = `org/example/${name}/${version}`;
      put(`${home}/${name}-${version}.jar`, jar, { sums: ['sha1'], ...options });
      put(`${home}/${name}-${version}.pom`, pomText(name, version), { sums: ['sha1'], ...options });
      return home;
    },
    metadata(name, versions, { lastUpdated, ...options } = {}) {
      const path = `org/example/${name}/maven-metadata.xml`;
      put(path, metadataText(name, versions, lastUpdated), { sums: ['sha1'], ...options });
      return path;
    },
    remove: (path) => rmSync(join(folder, path), { recursive: true, force: true }),
  };
}

function write(file: string, content: string | Buffer, ageMs: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  const at = Math.floor((Date.now() - ageMs) / 1000);
  utimesSync(file, at, at);
}

export function sumOf(content: string | Buffer, sum: Sum): string {
  return createHash(sum).update(content).digest('hex');
}

export function pomText(name: string, version: string): string {
  return `<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>${name}</artifactId><version>${version}</version></project>\n`;
}

export function metadataText(name: string, versions: readonly string[], lastUpdated = '20261101000000'): string {
  const named = versions.map((version) => `<version>${version}</version>`).join('');
  return `<metadata><groupId>org.example</groupId><artifactId>${name}</artifactId><versioning><versions>${named}</versions><lastUpdated>${lastUpdated}</lastUpdated></versioning></metadata>\n`;
}

/** Bytes of a published file, null when it is not in the tree. */
export function publishedText(mirror: Mirror, path: string): string | null {
  const file = join(mirror.data, 'published', path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
