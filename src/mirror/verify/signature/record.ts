// What is known of the signatures beside every published file. Callers open the write transaction (`state/open` writing), at most 500 rows each.

import { createHash } from 'node:crypto';
import type { StateDatabase } from '../../../state/open.ts';
import type { SignatureClass, WithoutSignature } from './class.ts';
import type { FileEvidence } from './evidence.ts';
import type { Continuity } from './judgement.ts';

export interface RecordedFile {
  readonly path: string;
  /** Folder of group and artifact, `org/example/tool`; empty for what belongs to none. */
  readonly artifact: string;
  /** Of the signed file. */
  readonly sha256: Buffer;
  readonly class: SignatureClass | WithoutSignature;
  readonly weak: boolean | null;
  readonly trusted: boolean | null;
  readonly allowed: boolean | null;
  readonly continuity: Continuity | null;
  /** Fingerprint of the certificate that is proven to have signed. */
  readonly certificate: string | null;
  /** Whom the best signature names. */
  readonly issuer: string | null;
  /** Epoch milliseconds, as the signature has it. */
  readonly signedAt: number | null;
  readonly evidence: readonly FileEvidence[];
}

export interface RecordedBefore extends RecordedFile {
  /** Since when exactly these signatures lie beside it, epoch milliseconds: an author may sign long after the release. */
  readonly signedSince: number;
  readonly judgedAt: number;
  /** By what it was judged, as far as a row remembers it. */
  readonly versions: Versions;
}

/** By what files were judged: see `Keyset.version` and `policyVersion`. */
export interface Versions {
  readonly keyset: string;
  readonly policy: string;
}

export interface Signer {
  readonly certificate: string;
  readonly files: number;
  readonly artifacts: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A walk over all that is published, in which everything is judged by one keyset and one policy. */
export interface Turn extends Versions {
  /** The last path that was looked at; null: none yet. */
  readonly cursor: string | null;
  readonly beganAt: number;
  readonly endedAt: number | null;
}

export interface ClassCount {
  readonly class: RecordedFile['class'];
  readonly files: number;
  readonly weak: number;
  readonly refusedByKeysmap: number;
}

export interface ArtifactCount {
  readonly artifact: string;
  readonly class: RecordedFile['class'];
  readonly files: number;
}

export interface MissingKey {
  readonly issuer: string;
  readonly artifact: string;
  readonly files: number;
}

export interface SignatureRecord {
  put(file: RecordedFile, versions: Versions, now: number): void;
  find(path: string): RecordedBefore | null;
  /** The file has left the tree. */
  forget(path: string): void;
  /** The last signature beside it has left the tree. */
  strip(path: string): void;
  counts(): ClassCount[];
  /** Certificates that signed files of this artifact before `now`. */
  signersBefore(artifact: string, now: number): string[];
  /** The class of the POM that came last before `now` to this artifact; null: none did. */
  latestPomBefore(artifact: string, now: number): RecordedFile['class'] | null;
  signers(): Signer[];
  /** How the files of each artifact are signed. */
  artifactCounts(): Iterable<ArtifactCount>;
  /** Keys that signatures name and that are not here: of each artifact, how many of its files. */
  missingKeys(): Iterable<MissingKey>;
  /** Artifacts of one certificate, in their order, at most `count`. */
  artifactsOf(certificate: string, count: number): string[];
  turn(): Turn | null;
  setTurn(turn: Turn): void;
}

const VERSION_BYTES = 8;

export function openSignatureRecord(database: StateDatabase): SignatureRecord {
  return { ...rows(database), ...signers(database), ...censuses(database), ...turns(database) };
}

type Rows = Pick<SignatureRecord, 'put' | 'find' | 'forget' | 'strip' | 'counts' | 'latestPomBefore'>;

function rows(database: StateDatabase): Rows {
  const put = database.prepare(
    `INSERT INTO verify_signature VALUES (@path, @artifact, @sha256, @class, @weak, @trusted, @allowed, @continuity, @certificate, @issuer, @signedAt,
       @beside, @now, @now, @now, @keyset, @policy, @evidence)
     ON CONFLICT (path) DO UPDATE SET sha256 = @sha256, class = @class, weak = @weak, trusted = @trusted, allowed = @allowed,
       continuity = @continuity, certificate = @certificate, issuer = @issuer, signed_at = @signedAt,
       beside = @beside, signed_since = CASE WHEN beside = @beside THEN signed_since ELSE @now END, judged_at = @now, keyset = @keyset, policy = @policy, evidence = @evidence`,
  );
  const sign = database.prepare<{ path: string; now: number }>(
    `INSERT INTO verify_signer SELECT artifact, certificate, signed_since, @now FROM verify_signature WHERE path = @path
     ON CONFLICT (artifact, certificate) DO UPDATE SET first_at = min(first_at, excluded.first_at), last_at = excluded.last_at`,
  );
  const find = database.prepare<[string], Stored>('SELECT * FROM verify_signature WHERE path = ?');
  const forget = database.prepare<[string]>('DELETE FROM verify_signature WHERE path = ?');
  const strip = database.prepare<[string]>(
    `UPDATE verify_signature SET class = 'unsigned', weak = NULL, trusted = NULL, allowed = NULL, continuity = 'stripped', certificate = NULL,
       issuer = NULL, signed_at = NULL, evidence = '[]', beside = x'', policy = x'' WHERE path = ?`,
  );
  const counts = database.prepare<[], ClassCount>(
    `SELECT class, sum(files) AS files, sum(files * weak) AS weak, sum(files * refused) AS refusedByKeysmap
     FROM verify_count WHERE files > 0 GROUP BY class`,
  );
  const latest = database.prepare<[string, number], Pick<RecordedFile, 'class'>>(
    `SELECT class FROM verify_signature WHERE artifact = ? AND path LIKE '%.pom' AND first_judged < ? ORDER BY first_judged DESC, path DESC LIMIT 1`,
  );
  return {
    put(file, versions, now) {
      put.run({ ...flat(file), ...cut(versions), now, beside: besideOf(file.evidence) });
      // A key that is known only now has signed since its signature is here.
      if (file.certificate !== null && file.artifact !== '') sign.run({ path: file.path, now });
    },
    find: (path) => fromStored(find.get(path)),
    forget: (path) => {
      forget.run(path);
    },
    strip: (path) => {
      strip.run(path);
    },
    counts: () => counts.all(),
    latestPomBefore: (artifact, now) => latest.get(artifact, now)?.class ?? null,
  };
}

function signers(database: StateDatabase): Pick<SignatureRecord, 'signersBefore' | 'signers' | 'artifactsOf'> {
  const before = database.prepare<[string, number], { certificate: string }>(
    'SELECT certificate FROM verify_signer WHERE artifact = ? AND first_at < ?',
  );
  const all = database.prepare<[], Signer>(
    `SELECT s.certificate, coalesce(f.files, 0) AS files, count(*) AS artifacts, min(s.first_at) AS firstAt, max(s.last_at) AS lastAt
     FROM verify_signer s LEFT JOIN (
       SELECT certificate, count(*) AS files FROM verify_signature WHERE certificate IS NOT NULL GROUP BY certificate
     ) f ON f.certificate = s.certificate GROUP BY s.certificate`,
  );
  const artifacts = database.prepare<[string, number], { artifact: string }>(
    'SELECT artifact FROM verify_signer WHERE certificate = ? ORDER BY artifact LIMIT ?',
  );
  return {
    signersBefore: (artifact, now) => before.all(artifact, now).map(({ certificate }) => certificate),
    signers: () => all.all(),
    artifactsOf: (certificate, count) => artifacts.all(certificate, count).map(({ artifact }) => artifact),
  };
}

function censuses(database: StateDatabase): Pick<SignatureRecord, 'artifactCounts' | 'missingKeys'> {
  const artifacts = database.prepare<[], ArtifactCount>(
    "SELECT artifact, class, count(*) AS files FROM verify_signature WHERE artifact <> '' GROUP BY artifact, class",
  );
  const missing = database.prepare<[], MissingKey>(
    `SELECT issuer, artifact, count(*) AS files FROM verify_signature WHERE class = 'no-key' AND issuer IS NOT NULL GROUP BY issuer, artifact`,
  );
  return { artifactCounts: () => artifacts.iterate(), missingKeys: () => missing.iterate() };
}

function turns(database: StateDatabase): Pick<SignatureRecord, 'turn' | 'setTurn'> {
  const get = database.prepare<[], StoredTurn>('SELECT * FROM verify_turn');
  const set = database.prepare(
    'INSERT OR REPLACE INTO verify_turn VALUES (1, @keyset, @policy, @cursor, @beganAt, @endedAt)',
  );
  return {
    turn() {
      const row = get.get();
      if (row === undefined) return null;
      const { keyset, policy, cursor, began_at: beganAt, ended_at: endedAt } = row;
      return { keyset: keyset.toString('hex'), policy: policy.toString('hex'), cursor, beganAt, endedAt };
    },
    setTurn: (turn) => {
      set.run({ ...turn, ...cut(turn) });
    },
  };
}

function cut({ keyset, policy }: Versions): { keyset: Buffer; policy: Buffer } {
  const head = (hex: string) => Buffer.from(hex, 'hex').subarray(0, VERSION_BYTES);
  return { keyset: head(keyset), policy: head(policy) };
}

/** Whether they are the same, as far as a row remembers them. */
export function isSameVersions(a: Versions, b: Versions): boolean {
  const isSame = (one: string, other: string) => one.slice(0, 2 * VERSION_BYTES) === other.slice(0, 2 * VERSION_BYTES);
  return isSame(a.keyset, b.keyset) && isSame(a.policy, b.policy);
}

function flat(file: RecordedFile): Record<string, unknown> {
  const bit = (value: boolean | null) => (value === null ? null : Number(value));
  const { weak, trusted, allowed, evidence } = file;
  return { ...file, weak: bit(weak), trusted: bit(trusted), allowed: bit(allowed), evidence: JSON.stringify(evidence) };
}

/** Names a set of signature files; empty for none. */
export function besideOf(evidence: readonly Pick<FileEvidence, 'path' | 'sha256'>[]): Buffer {
  if (evidence.length === 0) return Buffer.alloc(0);
  const lines = evidence.map(({ path, sha256 }) => `${sha256} ${path}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest().subarray(0, 16);
}

interface StoredTurn {
  readonly keyset: Buffer;
  readonly policy: Buffer;
  readonly cursor: string | null;
  readonly began_at: number;
  readonly ended_at: number | null;
}

interface Stored {
  readonly path: string;
  readonly artifact: string;
  readonly sha256: Buffer;
  readonly class: RecordedFile['class'];
  readonly weak: number | null;
  readonly trusted: number | null;
  readonly allowed: number | null;
  readonly continuity: Continuity | null;
  readonly certificate: string | null;
  readonly issuer: string | null;
  readonly signed_at: number | null;
  readonly signed_since: number;
  readonly judged_at: number;
  readonly keyset: Buffer;
  readonly policy: Buffer;
  readonly evidence: string;
}

function fromStored(row: Stored | undefined): RecordedBefore | null {
  if (row === undefined) return null;
  const { path, artifact, sha256, class: kind, continuity, certificate, issuer } = row;
  const bit = (value: number | null) => (value === null ? null : value === 1);
  return {
    ...{ path, artifact, sha256, class: kind, continuity, certificate, issuer, signedAt: row.signed_at },
    ...{ weak: bit(row.weak), trusted: bit(row.trusted), allowed: bit(row.allowed) },
    versions: { keyset: row.keyset.toString('hex'), policy: row.policy.toString('hex') },
    ...{ signedSince: row.signed_since, judgedAt: row.judged_at, evidence: JSON.parse(row.evidence) as FileEvidence[] },
  };
}
