// The demo: an origin, a mirror, a night, a morning. Everything in it is real except the artifacts.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, isoTime, MINUTE, SECOND } from '../host/clock.ts';
import { layBuilds } from './build.ts';
import * as chapter from './chapter.ts';
import { compareCrawl, type WrongAnswer } from './comparison.ts';
import type { DemoMirror, DemoPages, OpenMirror, PassReport } from './mirror.ts';
import { type DemoPush, pushToBucket } from './pushed.ts';
import { type DemoReport, reportToPrimary } from './reported.ts';
import { comparisonOf, type DemoResult, type Round, resultOf, timesOf } from './result.ts';
import { type DemoIo, openTeller, type Teller } from './teller.ts';
import { openVisitor, visitAll } from './visitor.ts';
import { watchText } from './watch-chapter.ts';
import { type DemoCrawl, type Onlookers, openOnlookers } from './watched.ts';
import {
  type Answer,
  forgeSignature,
  openWorld,
  type Plant,
  publishRelease,
  publishWithWrongSums,
  rewriteRelease,
  runMetadataAhead,
  type World,
} from './world.ts';

export type { ClojarsDemoResult, ClojarsStep } from './clojars/story.ts';
export { tellClojars } from './clojars/story.ts';
export type { DemoMirror, Judged, MirrorRequest, OpenMirror, PassReport } from './mirror.ts';
export type { DemoResult } from './result.ts';
export type { DemoIo } from './teller.ts';

export interface DemoOptions {
  /** Ends when the story is told; otherwise the mirror stays up until `signal` is aborted. */
  readonly once: boolean;
  /** Everything for people goes to standard error. */
  readonly json: boolean;
  /** Artifacts in the repository, 60 if not said. */
  readonly artifacts?: number;
  /** A loopback address to serve on, 127.0.0.1 if not said. */
  readonly address?: string;
}

export interface DemoHost {
  readonly io: DemoIo;
  readonly clock: Clock;
  readonly openMirror: OpenMirror;
}

const SEED = 20_261_121;
const STEP_DEADLINE_MS = 10 * MINUTE;
const AGAIN_SECONDS = 20;

/**
 * Tells the story and returns what was planted and what was found. Rejects with the signal's reason when aborted before its end, and with a
 * CodedError when a part could not be started. Whatever happens, no process and no file is left.
 */
export async function tellDemo(options: DemoOptions, host: DemoHost, signal: AbortSignal): Promise<DemoResult> {
  const begun = performance.now();
  using teller = openTeller(host.io, options.json);
  await using cleanUp = new AsyncDisposableStack();
  const within = () => AbortSignal.any([signal, AbortSignal.timeout(STEP_DEADLINE_MS)]);
  const stage = await setStage(options, host, teller, cleanUp, within());
  const first = await firstPass(stage, teller, within());
  if (!options.once) teller.say(chapter.tryText(stage.world, stage.mirror));
  const onlookers = await openOnlookers(stage.world, stage.mirror, options.address ?? '127.0.0.1');
  if (onlookers !== null) cleanUp.use(onlookers);
  const plants = await changeOrigin(stage, host.clock, teller);
  const second = await secondPass(stage, plants, teller, within());
  teller.say(chapter.findingsText(plants, comparisonOf({ plants, first, second, push: null })));
  const push = await pushed(stage, plants, teller, within());
  teller.say(chapter.pushText(push, stage.mirror));
  const crawl = await crawled(onlookers, plants, teller, within());
  const report = await reported(stage, cleanUp, teller, within());
  teller.say(chapter.reportText(report));
  const told = { plants, first, second, push, crawl, report };
  const result = { ...resultOf(stage, told), seconds: timesOf(first, second, begun) };
  teller.say(chapter.summaryText(result, result.wrong_answers, result.compared));
  if (!options.once) {
    teller.say(chapter.lookText(stage.world, stage.mirror, plants));
    teller.say(chapter.buildText(layBuilds(stage.world, stage.mirror), stage.mirror));
    const pages = await shown(stage, cleanUp, teller, within());
    await stayUp(stage, second.report, pages, host.clock, teller, signal);
    teller.progress?.('ending');
  }
  return result;
}

interface Stage {
  readonly world: World;
  readonly mirror: DemoMirror;
  readonly visit: (answers: readonly Answer[], teller: Teller, signal: AbortSignal) => Promise<WrongAnswer[]>;
  /** Jars that we got from the mirror. */
  readonly jars: () => number;
}

async function setStage(
  options: DemoOptions,
  host: DemoHost,
  teller: Teller,
  cleanUp: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Stage> {
  const address = options.address ?? '127.0.0.1';
  teller.say(chapter.OPENING);
  teller.progress?.('making the origin');
  const { artifacts = 60 } = options;
  const world = await openWorld({ seed: SEED, now: host.clock.now(), address, artifacts }, signal);
  cleanUp.defer(async () => {
    await world.close();
    teller.say(`Ended: the mirror and the rsync daemon are stopped, ${world.home} is removed.`);
  });
  teller.say(chapter.originText(world));
  const request = { configFile: world.configFile, plainListen: `${address}:0`, progress: teller.progress };
  const mirror = await host.openMirror(request, signal);
  cleanUp.defer(() => mirror.stop());
  const visitor = cleanUp.use(openVisitor(mirror.https, world.caPem));
  teller.say(chapter.mirrorText(mirror));
  const visit: Stage['visit'] = (answers, to, until) => visitAll(answers, visitor, to, until);
  return { world, mirror, visit, jars: visitor.jars };
}

async function firstPass({ world, mirror, visit }: Stage, teller: Teller, signal: AbortSignal): Promise<Round> {
  const answers = treeAnswers(world.repository.folder);
  const report = await mirror.sync(signal);
  const wrong = await visit(answers, teller, signal);
  teller.say(chapter.firstPassText(report, answers.length - wrong.length));
  return { report, compared: answers.length, wrong };
}

async function changeOrigin({ world }: Stage, clock: Clock, teller: Teller): Promise<Plant[]> {
  const now = clock.now();
  const plants = [
    await publishRelease(world.repository, { now }),
    await rewriteRelease(world.repository, { now }),
    await publishWithWrongSums(world.repository, { now }),
    await runMetadataAhead(world.repository, { now }),
    await forgeSignature(world.repository, { now }),
  ];
  teller.say(chapter.nightText(plants));
  return plants;
}

async function secondPass(
  { mirror, visit }: Stage,
  plants: readonly Plant[],
  teller: Teller,
  signal: AbortSignal,
): Promise<Round> {
  const answers = plants.flatMap((plant) => plant.answers);
  const report = await mirror.sync(signal);
  teller.say(chapter.secondPassText(report));
  return { report, compared: answers.length, wrong: await visit(answers, teller, signal) };
}

/** The tree of the morning, in a bucket: what is held back must not be there either. */
async function pushed(
  { mirror }: Stage,
  plants: readonly Plant[],
  teller: Teller,
  signal: AbortSignal,
): Promise<DemoPush | null> {
  teller.progress?.('pushing to a bucket');
  const answers = plants.flatMap((plant) => plant.answers);
  return await pushToBucket(mirror, answers, signal);
}

/** The primary goes before the mirror: it was started after it. */
async function reported(
  { world, mirror, jars }: Stage,
  cleanUp: AsyncDisposableStack,
  teller: Teller,
  signal: AbortSignal,
): Promise<DemoReport | null> {
  teller.progress?.('reporting to a primary');
  return await reportToPrimary(mirror, world.caFile, jars(), ({ stop }) => cleanUp.defer(stop), signal);
}

/** The mirror's morning, watched: a copy that is true, one that is late, one that lies. */
async function crawled(
  onlookers: Onlookers | null,
  plants: readonly Plant[],
  teller: Teller,
  signal: AbortSignal,
): Promise<DemoCrawl | null> {
  if (onlookers === null) return null;
  teller.progress?.('visiting three copies of the mirror');
  const crawl = await onlookers.crawl(plants, signal);
  teller.say(watchText(crawl, compareCrawl(crawl.plants, crawl.report)));
  return crawl;
}

/** All of it on pages, for who would rather look than read. */
async function shown(
  { mirror }: Stage,
  cleanUp: AsyncDisposableStack,
  teller: Teller,
  signal: AbortSignal,
): Promise<DemoPages | null> {
  if (mirror.pages === null) return null;
  teller.progress?.('laying it out on pages');
  const pages = await mirror.pages(signal);
  cleanUp.defer(() => pages.stop());
  teller.say(chapter.pagesText(pages.url));
  return pages;
}

/** Goes on as a mirror does, until somebody has seen enough. A pass that could not be made is told once, not every time. */
async function stayUp(
  { world, mirror }: Stage,
  latest: PassReport,
  pages: DemoPages | null,
  clock: Clock,
  teller: Teller,
  signal: AbortSignal,
): Promise<void> {
  teller.say(chapter.staysText(world, AGAIN_SECONDS));
  let before = latest;
  let trouble = '';
  for (;;) {
    await clock.sleep(AGAIN_SECONDS * SECOND, signal).catch(unlessAborted(signal));
    if (signal.aborted) return;
    const outcome = await mirror.sync(signal).catch((error: unknown) => sentenceOf(error));
    await pages?.count(signal).catch(unlessAborted(signal));
    if (signal.aborted) return;
    const time = isoTime(clock.now()).slice(11, 19);
    if (typeof outcome === 'string') {
      if (outcome !== trouble) teller.say(`${time}  a pass could not be made: ${outcome}`);
      trouble = outcome;
      continue;
    }
    const text = chapter.laterPassText(outcome, before, time);
    if (text !== null) teller.say(text);
    before = outcome;
    trouble = '';
  }
}

/** Every file of the repository as it is now. */
function treeAnswers(folder: string): Answer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { kind: 'bytes', path: file.slice(folder.length + 1), bytes: readFileSync(file) };
    });
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
