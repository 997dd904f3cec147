// A file with all that hangs on it, asked for at one mirror and judged together: a sum makes sense beside its file alone.

import type { DigestName } from '../../host/http.ts';
import { baseOf, sumAlgorithmOf } from '../../maven/kind.ts';
import { type Around, type Circumstances, type Expected, type Judgement, judge, judgeGroup, sumIn } from './judge.ts';
import type { Probe, ProbeRequest } from './probe.ts';
import type { Reference } from './reference.ts';
import type { Spool } from './spool.ts';

/** One path of a unit: what should be there, what came, and what is to be thought of it. */
export interface Sight {
  readonly root: string;
  readonly expected: Expected;
  readonly probe: Probe;
  readonly judgement: Judgement;
  /** What the judgement knew. */
  readonly around: Around;
}

export interface Visited {
  readonly reference: Reference;
  /** One request: paid for, and made again when the mirror asked for quiet and got it. */
  readonly ask: (request: ProbeRequest, signal: AbortSignal) => Promise<Probe>;
  /** What its own inventory says of a path, where it has one. */
  readonly ownWord: (
    path: string,
    signal: AbortSignal,
  ) => Promise<{ readonly sha256: string; readonly isSigned: boolean } | null>;
  /** Null: signatures are not judged. */
  readonly spool: Spool | null;
  /** The mirror's own filter. */
  readonly wants: (path: string) => boolean;
  /** As of now: a mirror may begin an update while we look. */
  readonly circumstances: () => Omit<Circumstances, 'isWanted'>;
}

export interface UnitRequest {
  readonly root: string;
  readonly mode: 'claim' | 'body';
  readonly isFresh: boolean;
}

/** Of what was taken away: enough to show what is still there, without reading it all. */
const STRANGER_BYTES = 1024 * 1024;

export async function lookAtUnit(request: UnitRequest, visited: Visited, signal: AbortSignal): Promise<Sight[]> {
  const { reference } = visited;
  const asking = request.isFresh ? reference.doubted : reference.unit;
  const expected = await asking(request.root, signal);
  const unit = expected.filter(({ path }) => path === request.root || visited.wants(path));
  const first = unit[0];
  if (first === undefined) return [];
  // What is asked again was judged already.
  const spool = request.isFresh ? null : visited.spool;
  const ask: Ask = (each, mode) => askFor(each, mode, unit, request.isFresh, spool, visited, signal);
  const isSet = first.path === request.root && first.file?.isMutable === true;
  const sights = await (isSet ? lookAtSet : lookAtFiles)(unit, ask, request, visited);
  await spool?.judge(request.root, unit, sights);
  return sights;
}

async function lookAtFiles(
  unit: readonly Expected[],
  ask: Ask,
  request: UnitRequest,
  visited: Visited,
): Promise<Sight[]> {
  const sights: Sight[] = [];
  for (const each of unit) {
    const root = sights.find((sight) => sight.expected.path === request.root) ?? null;
    sights.push(await lookAt(each, each === unit[0] ? request.mode : 'body', root, ask, request, visited));
    // Nobody answers: what hangs on it is not asked for in vain.
    if (sights[0] !== undefined && isSilence(sights[0].probe)) break;
  }
  return sights;
}

/** An answer that leads where we do not go is one of this file alone. */
function isSilence({ observation }: Probe): boolean {
  return observation.kind === 'unanswered' && observation.stage !== 'redirect' && observation.stage !== 'address';
}

type Ask = (each: Expected, mode: UnitRequest['mode']) => Promise<Probe>;

async function lookAt(
  expected: Expected,
  mode: UnitRequest['mode'],
  root: Sight | null,
  ask: Ask,
  request: UnitRequest,
  visited: Visited,
): Promise<Sight> {
  const first = await ask(expected, mode);
  const judged = judgeProbe(expected, first, aroundOf(expected, root, visited), request.root, visited);
  if (judged.judgement.next !== 'body') return judged;
  return judgeProbe(expected, await ask(expected, 'body'), aroundOf(expected, root, visited), request.root, visited);
}

/**
 * What may change while we look: sums, then the file, and sums that do not fit are asked for once more. Between the first sum and the last one a
 * mirror may have been updated; what still does not fit then is torn.
 */
async function lookAtSet(
  unit: readonly Expected[],
  ask: Ask,
  request: UnitRequest,
  visited: Visited,
): Promise<Sight[]> {
  const [file, ...others] = unit as [Expected, ...Expected[]];
  const before = new Map<string, Probe>();
  for (const each of others) {
    before.set(each.path, await ask(each, 'body'));
    if (before.get(each.path)?.observation.kind === 'unanswered') break;
  }
  const root = await lookAt(file, 'body', null, ask, request, visited);
  const sights = [root];
  for (const each of others) {
    const asked = before.get(each.path);
    if (asked === undefined) continue;
    const fits = agrees(each, asked, root) !== false;
    sights.push(judgeMember(each, fits ? asked : await ask(each, 'body'), root, request, visited));
  }
  return sights;
}

function judgeMember(expected: Expected, asked: Probe, root: Sight, request: UnitRequest, visited: Visited): Sight {
  const sight = judgeProbe(expected, asked, aroundOf(expected, root, visited), request.root, visited);
  const fits = agrees(expected, asked, root);
  if (fits === null) return sight;
  const torn = judgeGroup(root.judgement, sight.judgement, fits, visited.circumstances().isUpdating);
  return torn === null ? sight : { ...sight, judgement: torn };
}

/** Whether a sum is that of the file as the mirror serves it; null where that cannot be said. */
function agrees(expected: Expected, asked: Probe, root: Sight): boolean | null {
  const algorithm = sumAlgorithmOf(expected.path);
  if (algorithm === null || baseOf(expected.path) !== root.expected.path) return null;
  const theirs = root.probe.digests[algorithm];
  const { observation } = asked;
  const said = observation.kind === 'answered' ? sumIn(observation.proof?.bytes ?? null, expected.path) : null;
  return theirs === undefined || said === null ? null : said === theirs;
}

function aroundOf(expected: Expected, root: Sight | null, visited: Visited): Around {
  const { path } = expected;
  if (expected.file?.kind === 'metadata') {
    const metadata = visited.reference.metadata(path);
    return metadata === null ? {} : { metadata };
  }
  if (root === null || baseOf(path) !== root.expected.path) return {};
  const { observation, digests } = root.probe;
  const algorithm = sumAlgorithmOf(path);
  const { file } = root.expected;
  const ours = algorithm === 'sha256' ? file?.sha256 : algorithm === null ? undefined : file?.sums[algorithm];
  const theirs = algorithm === null || file?.isMutable !== true ? undefined : digests[algorithm];
  return {
    ...(observation.kind === 'answered' ? { isBaseThere: observation.status === 200 } : {}),
    ...(ours === undefined ? {} : { sumOfBase: ours }),
    ...(theirs === undefined ? {} : { sumOfTheirBase: theirs }),
  };
}

export function judgeProbe(expected: Expected, asked: Probe, around: Around, root: string, visited: Visited): Sight {
  const circumstances = { ...visited.circumstances(), isWanted: visited.wants(expected.path) };
  const { observation } = asked;
  return { root, expected, probe: asked, around, judgement: judge({ expected, observation, circumstances, around }) };
}

function askFor(
  expected: Expected,
  mode: UnitRequest['mode'],
  unit: readonly Expected[],
  isFresh: boolean,
  spool: Spool | null,
  visited: Visited,
  signal: AbortSignal,
): Promise<Probe> {
  const { path, file } = expected;
  const sink = mode === 'claim' ? null : (spool?.sinkFor(path, unit) ?? null);
  const isSmall = file?.kind === 'metadata' || file?.kind === 'checksum';
  return visited.ask(
    {
      path,
      method: mode === 'claim' ? 'HEAD' : 'GET',
      sizeBytes: ceilingOf(file),
      keep: isSmall,
      digests: digestsFor(path, unit, file?.isMutable ?? false),
      isFresh,
      ...(sink === null ? {} : { sink }),
    },
    signal,
  );
}

/** Another signature may be longer than the one that was published, and is read whole to be judged. */
function ceilingOf(file: Expected['file']): number {
  if (file === null) return STRANGER_BYTES;
  return file.kind === 'signature' ? Math.max(file.size, SIGNATURE_BYTES) : file.size;
}

const SIGNATURE_BYTES = 64 * 1024;

/** SHA-256 always; of what may change also those whose sums lie beside it, to see whether the two fit. */
function digestsFor(path: string, unit: readonly Expected[], isMutable: boolean): DigestName[] {
  const beside = isMutable
    ? unit.filter((each) => each.path !== path && baseOf(each.path) === path).map((each) => sumAlgorithmOf(each.path))
    : [];
  return [...new Set<DigestName>(['sha256', ...beside.filter((name) => name !== null)])];
}
