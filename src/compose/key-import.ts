// `assay keys import`: certificates from a file, a folder or a URL into the keyring. The only way by which a key comes here over the network, and
// only when somebody says so.

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { KeyImport } from '../config/shape/keys.ts';
import { MINUTE } from '../host/clock.ts';
import { writeDurably } from '../host/durable.ts';
import { CodedError, systemCode } from '../host/error.ts';
import { openHttp, userAgentOf } from '../host/http.ts';
import {
  armoredKeys,
  type CertificateFile,
  type CertificateReading,
  type ReadCertificate,
  readCertificates,
} from '../mirror/verify/signature.ts';
import { foldersOf } from './folders.ts';
import { CERTIFICATE_FILE_CEILING, readKeyring } from './keyring.ts';
import type { PassHost } from './pass-job.ts';
import { openRooms } from './rooms.ts';
import { turnOnce } from './signature-turn.ts';
import type { Done } from './verbs.ts';
import { ownVersion } from './version.ts';

const MIB = 1024 * 1024;
/** What is left of a certificate when strangers' words are gone has a few kilobytes. */
const CERTIFICATE_CEILING = MIB;
const MOST_FILES = 10_000;
const FETCH_MS = 2 * MINUTE;
/** Published files that wait for these keys are read at once, up to this; the daemon does the rest. */
const JUDGE_BYTES = 1024 * MIB;

/** Throws `keys-unreadable`, `keys-unreachable`, `keyring-unreadable` and `keyring-unwritable`. */
export async function importKeys(
  config: Config,
  from: string,
  host: PassHost,
  signal: AbortSignal,
): Promise<Done<KeyImport>> {
  const now = host.clock.now();
  const files = /^https?:\/\//i.test(from) ? [await fetchFile(from, config, host, signal)] : readFiles(from);
  const incoming = await readCertificates(files, now, signal);
  const known = await readKeyring(config.verify.keyring, now, signal);
  const { certificates, refused } = await takeIn(incoming, known, config, now, signal);
  if (certificates.some(({ state }) => state !== 'unchanged')) audit(from, certificates, config, host);
  const limits = { bytesPerSecond: 0, budgetBytes: JUDGE_BYTES };
  const turn = await turnOnce(config, limits, host, signal);
  const classes: Record<string, number> = {};
  for (const each of turn?.changed ?? []) classes[each.now] = (classes[each.now] ?? 0) + 1;
  const judged = { changed: turn?.changed.length ?? 0, whole: turn?.isWhole ?? true, classes };
  const isNothing = certificates.length === 0;
  return {
    result: { from, certificates, refused, judged },
    problems: isNothing ? [nothing(from, refused)] : [],
    outcomes: [isNothing ? 'could-not' : 'clean'],
  };
}

function readFiles(from: string): CertificateFile[] {
  try {
    const stat = statSync(from);
    const names = stat.isDirectory() ? readdirSync(from).map((name) => join(from, name)) : [from];
    const paths = names.filter((path) => statSync(path).isFile()).sort();
    return paths.slice(0, MOST_FILES).map((path) => ({ name: basename(path), bytes: readCapped(path) }));
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('keys-unreadable', `Could not read ${from} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path: from,
      remedy: 'It takes a file with certificates, a folder of such files, or the URL of one.',
    });
  }
}

function readCapped(path: string): Buffer {
  const { size } = statSync(path);
  if (size <= CERTIFICATE_FILE_CEILING) return readFileSync(path);
  throw tooLarge(path);
}

function tooLarge(path: string): CodedError {
  return new CodedError('keys-unreadable', `${path} is larger than ${CERTIFICATE_FILE_CEILING / MIB} MiB.`, {
    path,
    remedy: 'Take the certificates that you need out of it, and import those.',
  });
}

async function fetchFile(url: string, config: Config, host: PassHost, signal: AbortSignal): Promise<CertificateFile> {
  const userAgent = userAgentOf(ownVersion(), config.contact);
  await using http = openHttp({ userAgent, clock: host.clock, chance: () => 0 });
  const answer = await http.ask(
    { method: 'GET', url, ceilingBytes: CERTIFICATE_FILE_CEILING, keep: true, deadlines: { totalMs: FETCH_MS } },
    signal,
  );
  if (answer.kind === 'answer' && answer.body.end === 'ceiling') throw tooLarge(url);
  if (answer.kind === 'answer' && answer.status === 200 && answer.body.end === 'whole') {
    return { name: basename(new URL(url).pathname) || 'keys', bytes: answer.body.bytes };
  }
  const why =
    answer.kind === 'failure' ? answer.sentence : `it answered ${answer.status}, and the body ended ${answer.body.end}`;
  throw new CodedError('keys-unreachable', `Could not fetch ${url}: ${why}.`, {
    path: url,
    remedy: 'Look at the address, or fetch the file yourself and import it from there.',
  });
}

type Taken = KeyImport['certificates'][number];

async function takeIn(
  incoming: CertificateReading,
  known: CertificateReading | null,
  config: Config,
  now: number,
  signal: AbortSignal,
): Promise<Pick<KeyImport, 'certificates' | 'refused'>> {
  const before = new Map((known?.certificates ?? []).map((each) => [each.certificate.fingerprint, each]));
  const refused = incoming.faults.map(({ file, why }) => ({ file, sentence: why }));
  const certificates: Taken[] = [];
  for (const each of incoming.certificates) {
    const { fingerprint } = each.certificate;
    const joined = await withKnown(before.get(fingerprint) ?? null, each, now, signal);
    const why = whyRefused(joined);
    if (why !== null) {
      refused.push({ file: each.file, sentence: `${fingerprint}: ${why}` });
      continue;
    }
    const state = stateOf(before.get(fingerprint) ?? null, joined);
    if (state !== 'unchanged') write(join(config.verify.keyring, `${fingerprint}.asc`), armoredKeys(joined.packets));
    const { userIds, isBare } = joined.certificate;
    certificates.push({ fingerprint, user_ids: [...userIds], state, bare: isBare, dropped: each.dropped });
  }
  return { certificates, refused };
}

/** With what is known of it already: an import never takes anything away, least of all a revocation. */
async function withKnown(
  before: ReadCertificate | null,
  coming: ReadCertificate,
  now: number,
  signal: AbortSignal,
): Promise<ReadCertificate> {
  if (before === null) return coming;
  const bytes = Buffer.concat([before.packets, coming.packets]);
  const { certificates } = await readCertificates([{ name: 'joined', bytes }], now, signal);
  return certificates[0] ?? coming;
}

function stateOf(before: ReadCertificate | null, joined: ReadCertificate): Taken['state'] {
  if (before === null) return 'new';
  return Buffer.from(before.packets).equals(joined.packets) ? 'unchanged' : 'updated';
}

function whyRefused({ certificate, packets }: ReadCertificate): string | null {
  if (packets.length > CERTIFICATE_CEILING)
    return `what its owner signed has ${packets.length} bytes, more than anybody needs`;
  if (certificate.keys.every(({ algorithm }) => algorithm === null))
    return 'none of its keys makes signatures that could be checked';
  return null;
}

function write(file: string, text: string): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    writeDurably(file, text);
  } catch (cause) {
    throw new CodedError('keyring-unwritable', `Could not write ${file} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path: file,
      remedy: 'Run it as a user who may write into verify.keyring.',
    });
  }
}

function audit(from: string, certificates: readonly Taken[], config: Config, host: PassHost): void {
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const [at, actor] = [host.clock.now(), userInfo().username];
  for (const { fingerprint, state } of certificates) {
    if (state === 'unchanged') continue;
    rooms.audit.write({ at, actor, action: 'keys import', subject: fingerprint, detail: `${state}, from ${from}` });
  }
}

function nothing(from: string, refused: KeyImport['refused']) {
  const why = refused[0] === undefined ? 'it holds none' : refused[0].sentence;
  return {
    code: 'keys-none',
    sentence: `No certificate came from ${from}: ${why}.`,
    remedy: 'It takes OpenPGP public keys, armored or binary.',
    path: from,
  };
}
