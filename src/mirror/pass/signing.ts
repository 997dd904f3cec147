// Signatures on their way through a pass: proven in the same read that digests a file, judged with the unit, written down with what is published.

import { rootOf, SIGNATURE_SUFFIXES } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import { writing } from '../../state/open.ts';
import type { StagedFile, UnitFacts, Verdict, Wanted } from '../verify/gate.ts';
import {
  type FileEvidence,
  isExpectedSigned,
  type JudgedFile,
  judgeAt,
  recordedAs,
  standSignatureNews,
} from '../verify/signature.ts';
import type { Bench } from './judging.ts';
import type { PlannedUnit } from './plan.ts';

const CHUNK = 500;

/** A signature that comes beside a published file, and one that stays beside a file that comes, are proven now. Others were while they were digested. */
export async function learnSignatures(
  units: readonly PlannedUnit[],
  staged: Map<string, StagedFile>,
  bench: Bench,
): Promise<void> {
  if (bench.room.signing === null) return;
  const { settling, published } = bench.options.folders;
  const wanted = units.flatMap((unit) => rootsOf(unit, staged)).flatMap((root) => lackingOf(root, staged, bench));
  for (const folder of [settling, published]) {
    const files = wanted.filter((each) => each.folder === folder).map((each) => each.wanted);
    if (files.length === 0) continue;
    const answer = await bench.room.digesters.digest(folder, files);
    for (const { path, sha256, signatures } of answer.files) {
      const file = staged.get(path);
      if (folder === settling && file !== undefined) staged.set(path, { ...file, signatures });
      // Bytes that have rotted here accuse nobody.
      else if (bench.room.inventory.row(path)?.sha256.equals(sha256) === true)
        bench.provenSignatures.set(path, signatures ?? []);
    }
  }
}

/** What a unit has new, or a new signature of. */
function rootsOf(unit: PlannedUnit, staged: ReadonlyMap<string, StagedFile>): string[] {
  const paths = unit.items.map(({ path }) => path).filter((path) => staged.has(path));
  const signed = paths.filter((path) => locate(path).kind !== 'checksum');
  return [...new Set(signed.map(rootOf))];
}

interface Lacking {
  readonly folder: string;
  readonly wanted: Wanted;
}

function lackingOf(root: string, staged: ReadonlyMap<string, StagedFile>, bench: Bench): Lacking[] {
  const { settling, published } = bench.options.folders;
  const file = staged.get(root);
  const beside = SIGNATURE_SUFFIXES.flatMap((suffix) => {
    const path = `${root}${suffix}`;
    const here = staged.get(path);
    if (here !== undefined) return [{ path, folder: settling, sha256: here.sha256.toString('hex') }];
    const row = bench.isBlank ? null : bench.room.inventory.row(path);
    return row === null ? [] : [{ path, folder: published, sha256: row.sha256.toString('hex') }];
  });
  if (file !== undefined && isProven(file.signatures ?? [], beside)) return [];
  if (file === undefined && (beside.length === 0 || bench.room.inventory.row(root) === null)) return [];
  const signatures = beside.map(({ path, folder }) => ({ path, folder }));
  return [
    {
      folder: file === undefined ? published : settling,
      wanted: { path: root, md5: false, sha512: false, signatures },
    },
  ];
}

/** Of exactly these files: a signature that was written anew after it had been read is another one. */
function isProven(
  evidence: readonly FileEvidence[],
  beside: readonly { readonly path: string; readonly sha256: string }[],
): boolean {
  const known = new Map(evidence.map(({ path, sha256 }) => [path, sha256]));
  return known.size === beside.length && beside.every(({ path, sha256 }) => known.get(path) === sha256);
}

/** What the gate asks about a unit. */
export function signaturesOf(staged: ReadonlyMap<string, StagedFile>, bench: Bench): UnitFacts['signaturesOf'] {
  const { signing } = bench.room;
  if (signing === null) return () => null;
  const judged = new Map<string, JudgedFile | null>();
  return (root) => {
    const before = judged.get(root);
    if (before !== undefined) return before;
    const evidence = evidenceOf(root, staged, bench);
    const now = evidence === null ? null : judgeAt(root, evidence, signing, bench.now);
    judged.set(root, now);
    return now;
  };
}

function evidenceOf(
  root: string,
  staged: ReadonlyMap<string, StagedFile>,
  bench: Bench,
): readonly FileEvidence[] | null {
  return staged.get(root)?.signatures ?? bench.provenSignatures.get(root) ?? null;
}

/** Keeps for the next batch what is true of each file that is published with it, or stays published under a new signature. */
export function noteSignatures(facts: UnitFacts, verdicts: readonly Verdict[], bench: Bench): void {
  const { signing } = bench.room;
  if (signing === null) return;
  const accepted = new Set(verdicts.filter(({ kind }) => kind === 'accepted').map(({ path }) => path));
  const isServed = (path: string) => accepted.has(path) || (facts.kept.has(path) && !facts.staged.has(path));
  for (const root of new Set([...accepted].filter((path) => locate(path).kind !== 'checksum').map(rootOf))) {
    const sha256 = accepted.has(root) ? facts.staged.get(root)?.sha256 : facts.kept.get(root)?.sha256;
    const proven = evidenceOf(root, facts.staged, bench);
    // What rots here is judged when it has been repaired.
    if (sha256 === undefined || (proven === null && !accepted.has(root))) continue;
    const evidence = proven?.filter(({ path }) => isServed(path)) ?? [];
    if (evidence.length === 0 && !isExpectedSigned(root)) continue;
    const judged = judgeAt(root, evidence, signing, bench.now);
    const file = recordedAs(root, sha256, evidence, judged, signing, bench.now);
    bench.signatureNews.push({
      file,
      replaced: evidence.map(({ path }) => path).filter((path) => isReplaced(path, facts)),
    });
  }
}

/** Written before the files are: a kill in between leaves rows of files that come with the next pass, never files without a row. */
export function recordSignatures(bench: Bench): void {
  const { signing, database } = bench.room;
  if (signing === null) return;
  const news = bench.signatureNews.splice(0);
  for (let at = 0; at < news.length; at += CHUNK) {
    const chunk = news.slice(at, at + CHUNK);
    writing(database, () => {
      for (const { file } of chunk) signing.record.put(file, signing.versions, bench.now);
    });
  }
  const { findings } = bench.room;
  const { isBlank, generation, now } = bench;
  for (const each of news) standSignatureNews(each, { findings, isBlank, generation }, now);
}

/** A released signature in whose place another one comes. */
function isReplaced(path: string, { staged, kept }: UnitFacts): boolean {
  const [now, before] = [staged.get(path), kept.get(path)];
  return now !== undefined && before !== undefined && !before.sha256.equals(now.sha256) && !locate(path).snapshot;
}

/** Of a path that is planned: signature files that come with it, to be proven in the same read. */
export function signaturesWith(path: string, names: ReadonlySet<string>): string[] {
  return SIGNATURE_SUFFIXES.map((suffix) => `${path}${suffix}`).filter((each) => names.has(each));
}
