// `assay doctor`: which checks this installation needs, and what each is given. A new check is a file in setup/check and a line here.

import { existsSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { DoctorResult } from '../config/shape/doctor.ts';
import { lockHolder } from '../host/lock.ts';
import { confinement } from '../mirror/source/rsync/rsync.ts';
import {
  type Check,
  certificateCheck,
  clockCheck,
  confinementCheck,
  dataCheck,
  diskCheck,
  examine,
  fileSystemCheck,
  lockCheck,
  passCheck,
  portCheck,
  rsyncCheck,
  runtimeCheck,
  type SignatureFacts,
  scrubCheck,
  secretsCheck,
  serviceCheck,
  signatureCheck,
  stateCheck,
  wireCheck,
} from '../setup/doctor.ts';
import { sourceChecks, timeElsewhere } from './doctor-source.ts';
import { targetChecks } from './doctor-target.ts';
import { type Folders, foldersOf } from './folders.ts';
import { listenPlaces } from './listen-places.ts';
import type { PassHost } from './pass-job.ts';
import { openRoomsToRead, type Rooms } from './rooms.ts';
import { secretFiles } from './secret-files.ts';
import { readTrust } from './signing.ts';
import type { Done, Outcome } from './verbs.ts';
import { ownBuild } from './version.ts';

export interface DoctorVerbs {
  /** Reads only, apart from what asking the origin writes there. */
  doctor(config: Config, signal: AbortSignal): Promise<Done<DoctorResult>>;
}

const GIB = 2 ** 30;

export function doctorVerbs(host: PassHost): DoctorVerbs {
  return {
    async doctor(config, signal) {
      const examined = await examine(checksOf(config, host), signal);
      const checks = examined.map(({ check, state, sentence, remedy }) => ({ name: check, state, sentence, remedy }));
      const outcomes: Outcome[] = [];
      if (checks.some(({ state }) => state === 'fault')) outcomes.push('could-not');
      if (checks.some(({ state }) => state === 'warning')) outcomes.push('trouble');
      return { result: { checks }, problems: [], outcomes };
    },
  };
}

/** In the order in which an operator would look. */
function checksOf(config: Config, host: PassHost): Check[] {
  const folders = foldersOf(config.data);
  const now = host.clock.now();
  const usesRsync = config.source.some(({ kind }) => kind === 'rsync');
  return [
    runtimeCheck(ownBuild()),
    ...(usesRsync ? [rsyncCheck(), confinementCheck(confinement)] : []),
    clockCheck({ now, notBefore: notBefore(folders), askElsewhere: (signal) => timeElsewhere(config, host, signal) }),
    dataCheck(config.data),
    fileSystemCheck(config.data, [folders.published, folders.staging, folders.settling, folders.quarantine]),
    diskCheck(config.data, Math.max(0, ...config.source.map((source) => source.min_free_gib)) * GIB),
    secretsCheck(secretFiles(config), config.data),
    stateCheck(() => withRooms(folders, ({ database }) => String(database.pragma('quick_check(1)', { simple: true })))),
    lockCheck([folders.lock, folders.scrubLock], folders.daemonLock, now),
    serviceCheck(),
    ...servingChecks(config, folders, now),
    ...config.source.flatMap((source) => [
      wireCheck(source.url, protectionOf(source)),
      ...sourceChecks(config, source, host),
    ]),
    ...targetChecks(config, host),
    passCheck(() => withRooms(folders, ({ history }) => history.lastSuccess()), now),
    scrubCheck(() => withRooms(folders, scrubFacts), now),
    signatureCheck((signal) => signatureFacts(config, now, signal)),
  ];
}

function servingChecks({ serve, name }: Config, folders: Folders, now: number): Check[] {
  if (serve === null) return [];
  const isDaemonRunning = () => existsSync(folders.daemonLock) && lockHolder(folders.daemonLock) !== null;
  const ports = portCheck(listenPlaces(serve), isDaemonRunning);
  return serve.tls === null ? [ports] : [ports, certificateCheck([serve.tls, ...serve.tls.also], name, now)];
}

function protectionOf({ kind, url, ssh, confirm }: Config['source'][number]): 'ssh' | 'https' | 'confirmed' | 'none' {
  if (ssh !== null || url.startsWith('ssh:')) return 'ssh';
  if (kind === 's3' || url.startsWith('https:')) return 'https';
  return confirm === null ? 'none' : 'confirmed';
}

/** Times that have been: the commit of what runs, and the newest pass. */
function notBefore(folders: Folders): { what: string; at: number }[] {
  const { builtAt } = ownBuild();
  const last = withRooms(folders, ({ history }) => history.latest()?.startedAt ?? null, null);
  return [
    ...(builtAt === null ? [] : [{ what: 'this release was made', at: Date.parse(builtAt) }]),
    ...(last === null ? [] : [{ what: 'the newest pass began', at: last }]),
  ];
}

async function signatureFacts(config: Config, now: number, signal: AbortSignal): Promise<SignatureFacts | null> {
  const { signatures: mode } = config.verify;
  if (mode === 'off') return null;
  const { keyring, keysmap, signers } = await readTrust(config, now, signal);
  const lines = (faults: readonly { line: number; why: string }[]) =>
    faults.map(({ line, why }) => `line ${line}: ${why}`);
  return {
    mode,
    certificates: keyring?.certificates.length ?? null,
    keysmapLines: keysmap?.lines ?? null,
    unread: [
      { key: 'verify.keyring', faults: (keyring?.faults ?? []).map(({ file, why }) => `${file}: ${why}`) },
      { key: 'verify.keysmap', faults: lines(keysmap?.faults ?? []) },
      { key: 'verify.allowed_signers', faults: lines(signers?.faults ?? []) },
    ],
  };
}

function scrubFacts({ scrubs, withheld, history }: Rooms) {
  const lastEndedAt = scrubs.lastEnded()?.endedAt ?? null;
  return { lastEndedAt, withheld: withheld.list().length, firstPassAt: history.lastSuccess() };
}

/** Throws what opening throws, unless there is something to give in place of an answer. */
function withRooms<T>(folders: Folders, look: (rooms: Rooms) => T, otherwise?: T): T {
  try {
    using rooms = openRoomsToRead(folders);
    return look(rooms);
  } catch (error) {
    if (otherwise === undefined) throw error;
    return otherwise;
  }
}
