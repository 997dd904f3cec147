// The settings of this machine's user: read, backed up, written, put back.

import { existsSync, readdirSync, readFileSync, realpathSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isoTime } from '../../host/clock.ts';
import { createDurably, syncFolder, writeDurably } from '../../host/durable.ts';
import { CodedError, systemCode } from '../../host/error.ts';
import type { Tool } from './wish.ts';

const CEILING = 4 * 1024 * 1024;
const BACKUP = '.before-assay-';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the tool itself would look, by the same variables. Throws `settings-unusable` where there is no home to look in. */
export function settingsPath(tool: Tool, env: Environment): string {
  const folder = folderOf(tool, env);
  if (folder !== null) return join(folder, FILES[tool]);
  throw new CodedError('settings-unusable', `Where the settings of ${tool} are cannot be told: HOME is not set.`, {
    remedy: 'Name the file with --file.',
  });
}

function folderOf(tool: Tool, env: Environment): string | null {
  const inHome = (folder: string) => (env.HOME ? join(env.HOME, folder) : null);
  switch (tool) {
    case 'maven':
      return inHome('.m2');
    case 'leiningen':
      return env.LEIN_HOME || inHome('.lein');
    case 'deps':
      return env.CLJ_CONFIG || (env.XDG_CONFIG_HOME ? join(env.XDG_CONFIG_HOME, 'clojure') : inHome('.clojure'));
    case 'gradle':
      return env.GRADLE_USER_HOME || inHome('.gradle');
    case 'boot':
      return env.BOOT_HOME || inHome('.boot');
  }
}

const FILES: Readonly<Record<Tool, string>> = {
  maven: 'settings.xml',
  leiningen: 'profiles.clj',
  deps: 'deps.edn',
  gradle: 'init.d/assay.gradle',
  boot: 'boot.properties',
};

/** One character for each byte, so that what is not ours comes back as it was whatever its encoding; null where there is no file. */
export function readSettings(path: string): string | null {
  try {
    const { size } = statSync(path);
    if (size > CEILING) throw unusable(path, `is over ${CEILING} bytes`);
    return readFileSync(path, 'latin1');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null;
    if (cause instanceof CodedError) throw cause;
    throw unusable(path, `could not be read (${systemCode(cause) ?? 'unknown'})`, cause);
  }
}

/** Writes through a link to the file that it names, with that file's mode. What was there is kept beside it first; its name is given. */
export function writeSettings(path: string, text: string, now: number): string | null {
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    const backup = existsSync(target) ? keep(target, now) : null;
    writeDurably(target, Buffer.from(text, 'latin1'), modeOf(target));
    return backup;
  } catch (cause) {
    throw unusable(path, `could not be written (${systemCode(cause) ?? 'unknown'})`, cause);
  }
}

/** Puts the file back as it was, gone where `text` is null, and with it the copies that hold nothing else than what now stands there. */
export function putBack(path: string, text: string | null): void {
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    if (text === null) {
      unlinkSync(target);
      return;
    }
    writeDurably(target, Buffer.from(text, 'latin1'), modeOf(target));
    for (const copy of copiesOf(target)) {
      if (readSettings(copy) === text) unlinkSync(copy);
    }
    syncFolder(dirname(target));
  } catch (cause) {
    throw unusable(path, `could not be put back (${systemCode(cause) ?? 'unknown'})`, cause);
  }
}

function keep(target: string, now: number): string {
  const stamp = isoTime(now).slice(0, 19).replaceAll(/[-:]/g, '');
  for (let count = 0; ; count += 1) {
    const copy = `${target}${BACKUP}${stamp}Z${count === 0 ? '' : `-${count}`}`;
    if (createDurably(copy, readFileSync(target), modeOf(target))) return copy;
  }
}

function copiesOf(target: string): string[] {
  const folder = dirname(target);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(target)}${BACKUP}`))
    .map((name) => join(folder, name));
}

/** Settings may hold passwords: a copy is never easier to read than the file. */
function modeOf(target: string): number {
  return existsSync(target) ? statSync(target).mode & 0o777 : 0o644;
}

function unusable(path: string, what: string, cause?: unknown): CodedError {
  return new CodedError('settings-unusable', `${path} ${what}.`, {
    cause,
    path,
    remedy: 'Name another file with --file, or leave out --write and copy what is printed.',
  });
}
