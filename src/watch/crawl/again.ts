// Doubt is asked again before it becomes a finding: over a connection of its own, and with all that can be known around it, so that our network,
// our clock and our disk are never held against a mirror.

import { locate } from '../../maven/layout.ts';
import { parseMetadata } from '../../maven/metadata.ts';
import { pathFault } from '../../maven/path-grammar.ts';
import { type Around, isTrouble, newVersions } from './judge.ts';
import type { Probe, ProbeRequest } from './probe.ts';
import { judgeProbe, lookAtUnit, type Sight, type Visited } from './sight.ts';

/** Asks the origin's own public face, where there is one and it is not what is visited. */
export type Control = ((request: ProbeRequest, signal: AbortSignal) => Promise<Probe>) | null;

/** The same paths, asked again; those that are still in trouble are judged with what could be learned around them. */
export async function lookAgain(
  root: string,
  paths: ReadonlySet<string>,
  visited: Visited,
  control: Control,
  signal: AbortSignal,
): Promise<Sight[]> {
  const sights = await lookAtUnit({ root, mode: 'body', isFresh: true }, visited, signal);
  const again: Sight[] = [];
  for (const sight of sights.filter(({ expected }) => paths.has(expected.path))) {
    const { expected, judgement } = sight;
    if (!isTrouble(judgement.verdict) || judgement.verdict === 'torn-group') {
      again.push(sight);
      continue;
    }
    const around = await learn(sight, sights, visited, control, signal);
    again.push(judgeProbe(expected, sight.probe, around, root, visited));
  }
  return again;
}

async function learn(
  sight: Sight,
  unit: readonly Sight[],
  visited: Visited,
  control: Control,
  signal: AbortSignal,
): Promise<Around> {
  const { verdict } = sight.judgement;
  const known = { ...sight.around };
  if (sight.probe.observation.kind === 'unanswered') return known;
  if (verdict === 'missing' || verdict === 'signature-stripped')
    return { ...known, ...baseThere(sight, unit), ...(await indexed(sight, unit, visited, signal)) };
  return {
    ...known,
    ...(await ownCopy(sight, visited, signal)),
    ...(await atOrigin(sight, control, signal)),
    ...(await newFiles(sight, visited, signal)),
    ...(await ownWord(sight, visited, signal)),
  };
}

function baseThere({ root }: Sight, unit: readonly Sight[]): Around {
  const base = unit.find(({ expected }) => expected.path === root)?.probe.observation;
  return base?.kind === 'answered' ? { isBaseThere: base.status === 200 } : {};
}

/** Whether the mirror's own metadata names a version of which nothing is there. With a part of it there, only that file is missing. */
async function indexed(sight: Sight, unit: readonly Sight[], visited: Visited, signal: AbortSignal): Promise<Around> {
  const { version, artifactFolder, snapshot, unitKind, unit: folder } = locate(sight.expected.path);
  if (unitKind !== 'version' || version === null || artifactFolder === null || snapshot) return {};
  if (unit.some(isThere)) return { isIndexed: false };
  for (const path of visited.reference.rootsBelow(folder, SIBLINGS)) {
    const asked = await visited.ask({ ...BODY, path, method: 'HEAD', sizeBytes: 0, keep: false }, signal);
    if (asked.observation.kind === 'answered' && asked.observation.status === 200) return { isIndexed: false };
  }
  const path = `${artifactFolder}/maven-metadata.xml`;
  const asked = await visited.ask({ ...BODY, path, sizeBytes: 0, keep: true }, signal);
  const bytes = asked.observation.kind === 'answered' ? (asked.observation.proof?.bytes ?? null) : null;
  const metadata = bytes === null ? null : parseMetadata(bytes);
  return metadata?.kind === 'metadata' ? { isIndexed: metadata.versions.includes(version) } : {};
}

const SIBLINGS = 3;

function isThere({ probe: { observation } }: Sight): boolean {
  return observation.kind === 'answered' && observation.status === 200;
}

/** Our own copy read again from the disk, and whether what came begins as it does. */
async function ownCopy({ expected, probe: asked }: Sight, visited: Visited, signal: AbortSignal): Promise<Around> {
  const { file, path } = expected;
  if (file === null) return {};
  const proof = asked.observation.kind === 'answered' ? asked.observation.proof : null;
  const whole = await visited.reference.readAgain(path, file.size, signal);
  const around: Around = whole === null ? {} : { isOursSound: whole === file.sha256 };
  if (proof === null || proof.sizeBytes === 0) return around;
  if (proof.end === 'ceiling') return { ...around, beginsGenuine: proof.sha256 === file.sha256 };
  if (proof.sizeBytes >= file.size) return around;
  const beginning = await visited.reference.readAgain(path, proof.sizeBytes, signal);
  return beginning === null ? around : { ...around, beginsGenuine: beginning === proof.sha256 };
}

/** Only where bytes differ: what its inventory says of them is asked for one path alone. */
async function ownWord({ expected, judgement }: Sight, visited: Visited, signal: AbortSignal): Promise<Around> {
  if (judgement.verdict !== 'divergent') return {};
  const word = await visited.ownWord(expected.path, signal);
  return word === null ? {} : { ownWord: word };
}

async function atOrigin({ expected }: Sight, control: Control, signal: AbortSignal): Promise<Around> {
  if (control === null) return {};
  const sizeBytes = Math.max(expected.file?.size ?? 0, 1024 * 1024);
  const { path } = expected;
  const { observation } = await control({ ...BODY, path, sizeBytes, keep: false }, signal);
  if (observation.kind === 'unanswered') return {};
  if (observation.status === 404 || observation.status === 410) return { origin: { kind: 'absent' } };
  const { proof } = observation;
  return proof?.end === 'whole' ? { origin: { kind: 'file', sha256: proof.sha256 } } : {};
}

const BODY = { method: 'GET', digests: ['sha256'], isFresh: false } as const;

/** Metadata that names more than ours: whether the newest of these versions is there. */
async function newFiles({ expected, probe: asked }: Sight, visited: Visited, signal: AbortSignal): Promise<Around> {
  const bytes = asked.observation.kind === 'answered' ? (asked.observation.proof?.bytes ?? null) : null;
  const { path, file } = expected;
  if (file?.kind !== 'metadata' || bytes === null) return {};
  const newest = newVersions(bytes, visited.reference.metadata(path)).at(-1);
  const { artifactFolder } = locate(path);
  if (newest === undefined || artifactFolder === null) return {};
  const artifact = artifactFolder.slice(artifactFolder.lastIndexOf('/') + 1);
  const pom = `${artifactFolder}/${newest}/${artifact}-${newest}.pom`;
  // The version is the mirror's word: it must not lead out of the repository.
  if (newest.includes('/') || pathFault(pom) !== null) return {};
  const { observation } = await visited.ask({ ...BODY, path: pom, method: 'HEAD', sizeBytes: 0, keep: false }, signal);
  return observation.kind === 'unanswered' ? {} : { hasNewVersions: observation.status === 200 };
}
