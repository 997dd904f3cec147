// A mirror's key: made once, told by its operator to the primary and to whoever pulls from here, and followed by the next one under the old.

import { chownSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { EnrollResult } from '../config/shape/report.ts';
import type { Clock } from '../host/clock.ts';
import { CodedError, systemCode } from '../host/error.ts';
import { type InstallationKey, loadKey, loadOrMakeKey, makeKey } from '../operator/key.ts';
import { sendNow } from '../report/deliver.ts';
import { enrollLines } from '../setup/enroll.ts';
import { foldersOf } from './folders.ts';
import { openOutgoing } from './outgoing.ts';
import { keyFileOf } from './own-key.ts';
import { caOf, reporterOf, reportSectionOf } from './reporting.ts';
import { openRooms } from './rooms.ts';
import { clean, type Done } from './verbs.ts';

export interface EnrollRequest {
  /** Makes the next key, and signs with it from when the primary knows. */
  readonly rotate: boolean;
}

export interface EnrollVerbs {
  enroll(config: Config, request: EnrollRequest, signal: AbortSignal): Promise<Done<EnrollResult>>;
}

export function enrollVerbs(clock: Clock): EnrollVerbs {
  return {
    async enroll(config, request, signal) {
      const path = keyFileOf(config);
      const made = !existsSync(path);
      if (made && config.report === null) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const key = made ? makeKey(path) : loadKey(path);
      if (made && config.report === null) giveToOwner(dirname(path), config.data);
      if (made) giveToOwner(path, config.data);
      const rotation = request.rotate ? await rotate(config, path, clock, signal) : null;
      const current = rotation?.announced === true ? loadKey(path) : key;
      return clean({ ...enrolledOf(config, path, current), made, rotation });
    },
  };
}

/** The old key signs the announcement of the next. Run again after a failure it goes on with the same next key. */
async function rotate(
  config: Config,
  path: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<EnrollResult['rotation']> {
  const section = reportSectionOf(config);
  const nextFile = `${path}.next`;
  const next = loadOrMakeKey(nextFile);
  giveToOwner(nextFile, config.data);
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  await using http = openOutgoing(config, clock);
  const delivering = { http, key: loadKey(path), clock, ca: caOf(section) };
  const told = await sendNow(reporterOf(config, rooms), { kind: 'key', next_key: next.publicKey }, delivering, signal);
  if (told.kind !== 'sent') {
    throw new CodedError('report-undelivered', `${section.primary} does not know the next key yet: ${told.reason}.`, {
      path: nextFile,
      remedy: 'Until it does the old key signs. Run `assay enroll --rotate` again; it goes on with the same next key.',
    });
  }
  // The old key is kept under another name: who must prove that an old report was his can.
  rmSync(`${path}.old`, { force: true });
  linkSync(path, `${path}.old`);
  renameSync(nextFile, path);
  return { next_key: next.publicKey, announced: true };
}

function enrolledOf(config: Config, path: string, key: InstallationKey): Omit<EnrollResult, 'made' | 'rotation'> {
  const { name, contact } = config;
  const lines = enrollLines({ name, url: `https://${name}/`, contact, publicKeys: [key.publicKey] });
  return { name, key_id: key.id, public_key: key.publicKey, key_file: path, lines };
}

/** `enroll` is often run by root: the key belongs to whom the data belong to. */
function giveToOwner(path: string, data: string): void {
  if (process.getuid?.() !== 0) return;
  try {
    const { uid, gid } = statSync(data);
    chownSync(path, uid, gid);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
