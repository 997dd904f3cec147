// What was planted against what was found. Pure: the reports and the answers come in as values.

import type { CrawlReport, Judged, PassReport } from './mirror.ts';
import type { Answer, Plant } from './repository/origin-change.ts';
import type { Visit } from './visitor.ts';
import type { MirrorPlant } from './watched.ts';

/** An answer of the mirror that is not what it must be. */
export interface WrongAnswer {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

export interface Comparison {
  readonly planted: readonly Judged[];
  readonly found: readonly Judged[];
  /** Planted and not found: no verdict, another verdict, or the mirror's answers say otherwise. */
  readonly missed: readonly Judged[];
  /** Found and neither planted nor a consequence of what was. */
  readonly unexpected: readonly Judged[];
}

/** Null when the answer is right. */
export function judgeVisit(answer: Answer, visit: Visit): WrongAnswer | null {
  const found = visit.status === 200 ? `200, ${visit.bytes.length} bytes` : `${visit.status} ${visit.reason}`;
  if (answer.kind === 'bytes') {
    if (visit.status === 200 && visit.bytes.equals(answer.bytes)) return null;
    const same = visit.bytes.length === answer.bytes.length ? ', but other ones' : '';
    return { path: answer.path, expected: `200, ${answer.bytes.length} bytes`, found: `${found}${same}` };
  }
  const told = answer.verdict === null || `${visit.reason} ${visit.bytes.toString('utf8')}`.includes(answer.verdict);
  if (visit.status === 403 && told) return null;
  return { path: answer.path, expected: `403 ${answer.verdict ?? 'held back'}`, found };
}

/**
 * A plant is found when the reports give its path its verdict and each of its answers is right; `accepted` is no line of a report and shows in
 * the answers alone. Everything else in a report must be a consequence of a plant.
 */
export function compare(
  plants: readonly Plant[],
  reports: readonly PassReport[],
  wrong: readonly WrongAnswer[],
): Comparison {
  const judged = distinct(reports.flatMap(({ rejected, deferred }) => [...rejected, ...deferred]));
  const planted = plants.map(({ path, verdict }) => ({ path, verdict }));
  const isFound = (plant: Plant): boolean =>
    (plant.verdict === 'accepted' || judged.some((line) => isSame(line, plant))) && isAnsweredRightly(plant, wrong);
  const found = plants.filter(isFound).map(({ path, verdict }) => ({ path, verdict }));
  return {
    planted,
    found,
    missed: planted.filter((line) => !found.some((other) => isSame(line, other))),
    unexpected: judged.filter((line) => !isExplained(line, plants)),
  };
}

export function isClean(comparison: Comparison, wrong: readonly WrongAnswer[]): boolean {
  return comparison.missed.length === 0 && comparison.unexpected.length === 0 && wrong.length === 0;
}

/** The same of copies that were visited: each plant has to be found at its mirror, and nothing else anywhere. */
export function compareCrawl(plants: readonly MirrorPlant[], { findings }: CrawlReport): Comparison {
  const isOf = (line: CrawlReport['findings'][number], plant: MirrorPlant): boolean =>
    line.mirror === plant.mirror &&
    line.verdict === plant.verdict &&
    (line.path === plant.path || plant.dragsAlong.some((prefix) => line.path.startsWith(prefix)));
  const planted = plants.map(({ mirror, path, verdict }) => ({ mirror, path, verdict }));
  const isFound = (plant: MirrorPlant) => findings.some((line) => isOf(line, plant));
  const found = plants.filter(isFound).map(({ mirror, path, verdict }) => ({ mirror, path, verdict }));
  return {
    planted,
    found,
    missed: planted.filter((_, at) => !isFound(plants[at] as MirrorPlant)),
    unexpected: findings.filter((line) => !plants.some((plant) => isOf(line, plant))),
  };
}

/** A line about a plant's own path must be its verdict; one about a path that the plant drags along may be any. */
function isExplained(line: Judged, plants: readonly Plant[]): boolean {
  const own = plants.find(({ path }) => path === line.path);
  if (own !== undefined) return own.verdict === line.verdict;
  return plants.some(({ dragsAlong }) => dragsAlong.some((prefix) => line.path.startsWith(prefix)));
}

function isAnsweredRightly(plant: Plant, wrong: readonly WrongAnswer[]): boolean {
  return !wrong.some(({ path }) => plant.answers.some((answer) => answer.path === path));
}

function isSame(one: Judged, other: Judged): boolean {
  return one.path === other.path && one.verdict === other.verdict;
}

function distinct(lines: readonly Judged[]): Judged[] {
  const seen = new Map(lines.map(({ path, verdict }) => [`${path}\n${verdict}`, { path, verdict }]));
  return [...seen.values()];
}
