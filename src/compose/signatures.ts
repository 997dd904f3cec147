// `assay verify --signatures`: every signature of the published tree, judged anew from the bytes that lie there.

import { availableParallelism } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { SignatureLine, SignatureSummary } from '../config/shape/signature.ts';
import { isoTime, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { parseCoordinates, prefixOf } from '../maven/coordinates.ts';
import { kindOf, rootOf } from '../maven/kind.ts';
import type { InventoryRow } from '../mirror/inventory/row.ts';
import type { Inventory } from '../mirror/inventory/store.ts';
import { startDigesters } from '../mirror/verify/digest.ts';
import {
  batchesOf,
  continuityOfEach,
  type JudgedPublished,
  type JudgedSignature,
  judgePublished,
  type Signed,
  type Signing,
  signedAt,
} from '../mirror/verify/signature.ts';
import { writing } from '../state/open.ts';
import { foldersOf } from './folders.ts';
import { keysOf, type PassHost } from './pass-job.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { openSigning } from './signing.ts';
import type { Done } from './verbs.ts';

export interface SignatureVerbs {
  /** `what` null: everything. Each line is told as soon as it is known, in path order. */
  verifySignatures(
    config: Config,
    what: string | null,
    onLine: (line: SignatureLine) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Done<SignatureSummary>>;
}

export function signatureVerbs(host: PassHost): SignatureVerbs {
  return { verifySignatures: (config, what, onLine, signal) => verifySignatures(config, what, onLine, host, signal) };
}

async function verifySignatures(
  config: Config,
  what: string | null,
  onLine: (line: SignatureLine) => Promise<void>,
  host: PassHost,
  signal: AbortSignal,
): Promise<Done<SignatureSummary>> {
  const now = host.clock.now();
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  // Whoever asks wants to know, whatever the gate is told to do.
  const asked = config.verify.signatures === 'off' ? observing(config) : config;
  const signing = await openSigning(asked, rooms.signatures, now, host.logger, signal);
  if (signing === null) throw new Error('signatures are observed, and there is nothing to observe them by');
  await using digesters = startDigesters(Math.min(2, availableParallelism()), keysOf(signing));
  const room = { inventory: rooms.inventory, digesters, signing, published: foldersOf(config.data).published };
  const tally = startTally(rooms);
  for (const batch of batchesOf(signedBelow(what, rooms))) {
    signal.throwIfAborted();
    // Both threads have work, and the lines stay in order.
    const half = Math.ceil(batch.length / 2);
    const parts = await Promise.all(
      [batch.slice(0, half), batch.slice(half)].map((part) => judgePublished(part, room, now)),
    );
    const judged = parts.flat();
    keep(judged, rooms, signing, now);
    for (const each of judged) {
      tally.add(each);
      await onLine(lineOf(each, signing, now));
    }
  }
  const seconds = Math.max(0, host.clock.now() - now) / SECOND;
  const result = { ...tally.take(), ...knownOf(signing), seconds };
  return {
    result,
    problems: problemsOf(result, signing),
    outcomes: [rooms.findings.troubles() > 0 ? 'trouble' : 'clean'],
  };
}

function observing(config: Config): Config {
  return { ...config, verify: { ...config.verify, signatures: 'observe' } };
}

/** Coordinates, a group, a file, or a folder; a signature's path stands for the file that it signs. Throws `coordinates-wrong` and `nothing-published`. */
function* signedBelow(what: string | null, { inventory }: Rooms): Iterable<Signed> {
  const prefix = what === null ? '' : prefixNamed(what, inventory);
  const file = prefix === '' ? null : inventory.row(rootOf(prefix));
  const rows = file === null ? rowsBelow(prefix, inventory) : [file];
  let count = 0;
  for (const row of rows) {
    count += 1;
    const kind = kindOf(row.path);
    const signed = kind === 'checksum' || kind === 'signature' ? null : signedAt(row, inventory);
    if (signed !== null) yield signed;
  }
  if (count > 0 || what === null) return;
  throw new CodedError('nothing-published', `Nothing is published as ${what}.`, {
    path: what,
    remedy: 'Name it as GROUP, GROUP:ARTIFACT, GROUP:ARTIFACT:VERSION, or by its repository path.',
  });
}

function prefixNamed(what: string, inventory: Inventory): string {
  const named = parseCoordinates(what);
  if (named.kind !== 'fault') {
    const prefix = prefixOf(named);
    // A group alone is written with dots, and looks like a path of one segment.
    const isGroup = !prefix.includes('/') && inventory.row(prefix) === null && !inventory.isAnyBelow(prefix);
    return isGroup ? prefix.replaceAll('.', '/') : prefix;
  }
  throw new CodedError('coordinates-wrong', `Cannot read ${JSON.stringify(what)} as coordinates.`, {
    path: what,
    remedy: `Expected ${named.expected}.`,
  });
}

const PAGE = 500;

/** Page by page: what is found is written down meanwhile. */
function* rowsBelow(folder: string, inventory: Inventory): Iterable<InventoryRow> {
  const begin = folder === '' ? '' : `${folder}/`;
  for (let rows = inventory.rowsAfter(begin, PAGE); rows.length > 0; ) {
    for (const row of rows) {
      if (!row.path.startsWith(begin)) return;
      yield row;
    }
    rows = inventory.rowsAfter(rows.at(-1)?.path ?? '', PAGE);
  }
}

function keep(judged: readonly JudgedPublished[], rooms: Rooms, signing: Signing, now: number): void {
  writing(rooms.database, () => {
    for (const { file, isAsPublished } of judged) if (isAsPublished) signing.record.put(file, signing.versions, now);
  });
}

function lineOf({ signed, judged, file }: JudgedPublished, signing: Signing, now: number): SignatureLine {
  const each = continuityOfEach(file.path, file.evidence, judged, signing, now);
  // The origin has dropped the signature; it is served until its hold is over.
  const isDropped =
    signed.beside.length > 0 &&
    signed.row.absentSince === null &&
    signed.beside.every((row) => row.absentSince !== null);
  return {
    kind: 'signature',
    path: file.path,
    class: judged.class,
    continuity: isDropped ? 'stripped' : file.continuity,
    allowed: judged.allowed,
    beside: signed.beside.map(({ path }) => path),
    signatures: judged.signatures.map((signature, index) => signatureOf(signature, each[index] ?? null)),
  };
}

function signatureOf(
  signature: JudgedSignature,
  continuity: SignatureLine['continuity'],
): SignatureLine['signatures'][number] {
  const { class: kind, weak, trusted, notes, version, hash, algorithm, issuer, certificate, created } = signature;
  const { subkey, keyExpires, because } = signature;
  return {
    ...{ class: kind, weak, trusted, continuity, notes: [...notes], version, hash, algorithm, issuer, certificate },
    created: created === null ? null : secondOf(created),
    ...(subkey === null ? {} : { subkey }),
    ...(keyExpires === null || !kind.startsWith('key-expired') ? {} : { key_expires: secondOf(keyExpires) }),
    ...(because === null ? {} : { because }),
  };
}

/** `2026-11-21T01:30:00Z`: signatures know no fractions. */
export function secondOf(epochSeconds: number): string {
  return isoTime(epochSeconds * SECOND).replace('.000Z', 'Z');
}

type Tallied = Pick<SignatureSummary, 'files' | 'classes' | 'weak' | 'refusable' | 'damaged'>;

function startTally(rooms: Rooms): { add(each: JudgedPublished): void; take(): Tallied } {
  const classes: Record<string, number> = {};
  const damaged: string[] = [];
  let [files, weak, refusable] = [0, 0, 0];
  return {
    add({ judged, file }) {
      files += 1;
      classes[judged.class] = (classes[judged.class] ?? 0) + 1;
      if (judged.best?.weak === true) weak += 1;
      if (judged.allowed === false) refusable += 1;
      // A pass may have published other bytes meanwhile: then they are not those of the row that was read first, and right.
      if (rooms.inventory.row(file.path)?.sha256.equals(file.sha256) === false) damaged.push(file.path);
    },
    take: () => ({ files, classes, weak, refusable, damaged }),
  };
}

function knownOf({ judges }: Signing): Pick<SignatureSummary, 'certificates' | 'keysmap_lines'> {
  return { certificates: judges.keyset.certificates.length, keysmap_lines: judges.keysmap?.lines ?? null };
}

function problemsOf({ damaged }: SignatureSummary, { judges }: Signing): Problem[] {
  const problems: Problem[] = [];
  const [first] = damaged;
  if (first !== undefined) {
    const more = damaged.length > 1 ? ` (and ${damaged.length - 1} more)` : '';
    problems.push({
      code: 'tree-damaged',
      sentence: `${first} is not what was published${more}: it was judged as it lies there.`,
      remedy: 'Run `assay verify --repair`.',
      path: first,
    });
  }
  const fault = judges.keysmap?.faults[0];
  if (fault !== undefined) {
    const more = (judges.keysmap?.faults.length ?? 0) - 1;
    problems.push({
      code: 'keysmap-fault',
      sentence: `Line ${fault.line} of the keysmap is left out: ${fault.why}${more > 0 ? ` (and ${more} more)` : ''}.`,
      remedy: 'Correct it: a line that cannot be read allows nothing.',
      path: null,
    });
  }
  return problems;
}
