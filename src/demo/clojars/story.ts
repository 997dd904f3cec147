// The demo of a mirror of Clojars: what it is read from, and what happens when one after another of that is lost.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, MINUTE, SECOND } from '../../host/clock.ts';
import { CodedError } from '../../host/error.ts';
import type { WrongAnswer } from '../comparison.ts';
import type { DemoMirror, OpenMirror, PassReport } from '../mirror.ts';
import { type Answer, type Plant, publishRelease, rewriteRelease } from '../repository/origin-change.ts';
import { type DemoIo, openTeller, type Teller } from '../teller.ts';
import { openVisitor, visitAll } from '../visitor.ts';
import * as chapter from './chapter.ts';
import type { TwinPart } from './twin.ts';
import { type ClojarsWorld, openClojarsWorld } from './world.ts';

export interface ClojarsDemoOptions {
  readonly once: boolean;
  readonly json: boolean;
  /** Artifacts in the repository, 60 if not said. */
  readonly artifacts?: number;
  /** A loopback address, 127.0.0.1 if not said. */
  readonly address?: string;
}

export interface ClojarsDemoHost {
  readonly io: DemoIo;
  readonly clock: Clock;
  readonly openMirror: OpenMirror;
}

export type ReadFrom = 'bucket' | 'cdn' | 'nowhere';

export interface ClojarsStep {
  readonly step: string;
  readonly lost: readonly TwinPart[];
  /** What a mirror must read from then, and what this one read from. */
  readonly expected: ReadFrom;
  readonly read_from: ReadFrom;
  readonly listed: number;
  readonly added: number;
  readonly requests: Readonly<Record<TwinPart, number>>;
  readonly wrong_answers: readonly WrongAnswer[];
  readonly clean: boolean;
}

/** What `demo --story clojars --json` gives. */
export interface ClojarsDemoResult {
  readonly clean: boolean;
  readonly steps: readonly ClojarsStep[];
  readonly files: number;
  readonly bytes: number;
  /** Answers of the mirror that were compared byte for byte. */
  readonly compared: number;
  readonly urls: {
    readonly bucket: string;
    readonly cdn: string;
    readonly https: string;
    readonly http: string | null;
  };
  readonly seconds: number;
}

const SEED = 20_261_121;
const STEP_DEADLINE_MS = 10 * MINUTE;
const PARTS: readonly TwinPart[] = ['bucket', 'cdn', 'feeds', 'site'];

/** Rejects with the signal's reason when aborted before its end. Whatever happens, no process and no file is left. */
export async function tellClojars(
  options: ClojarsDemoOptions,
  host: ClojarsDemoHost,
  signal: AbortSignal,
): Promise<ClojarsDemoResult> {
  const begun = performance.now();
  using teller = openTeller(host.io, options.json);
  await using cleanUp = new AsyncDisposableStack();
  const stage = await setStage(options, host, teller, cleanUp, within(signal));
  const steps: ClojarsStep[] = [];
  for (const act of ACTS) steps.push(await play(act, stage, host.clock, teller, within(signal)));
  const { world, mirror } = stage;
  const result: ClojarsDemoResult = {
    clean: steps.every((step) => step.clean),
    steps,
    files: world.repository.files,
    bytes: world.repository.bytes,
    compared: stage.compared(),
    urls: { bucket: world.twin.endpoint, cdn: world.twin.cdn, https: mirror.https, http: mirror.http },
    seconds: Math.round(performance.now() - begun) / SECOND,
  };
  teller.say(chapter.summaryText(result));
  if (!options.once) {
    teller.say(chapter.lookText(world.configFile, mirror));
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    teller.progress?.('ending');
  }
  return result;
}

function within(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(STEP_DEADLINE_MS)]);
}

interface Stage {
  readonly world: ClojarsWorld;
  readonly mirror: DemoMirror;
  visit(answers: readonly Answer[], signal: AbortSignal): Promise<WrongAnswer[]>;
  compared(): number;
}

async function setStage(
  options: ClojarsDemoOptions,
  host: ClojarsDemoHost,
  teller: Teller,
  cleanUp: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Stage> {
  const address = options.address ?? '127.0.0.1';
  teller.say(chapter.OPENING);
  teller.progress?.('making the twin');
  const { artifacts = 60 } = options;
  const world = await openClojarsWorld({ seed: SEED, now: host.clock.now(), artifacts, address }, signal);
  cleanUp.defer(async () => {
    await world.close();
    teller.say(`Ended: the mirror and the twin are stopped, ${world.home} is removed.`);
  });
  teller.say(chapter.twinText(world));
  const request = { configFile: world.configFile, plainListen: `${address}:0`, progress: teller.progress };
  const mirror = await host.openMirror(request, signal);
  cleanUp.defer(() => mirror.stop());
  const visitor = cleanUp.use(openVisitor(mirror.https, world.caPem));
  let compared = 0;
  return {
    world,
    mirror,
    visit: (answers, until) => {
      compared += answers.length;
      return visitAll(answers, visitor, teller, until);
    },
    compared: () => compared,
  };
}

/** One thing after another that happens to an origin. */
interface Act {
  readonly step: string;
  readonly lost: readonly TwinPart[];
  readonly expected: ReadFrom;
  /** What changes at the origin before the pass; without, nothing. */
  readonly change?: (world: ClojarsWorld, now: number) => Promise<Plant>;
}

/** As Clojars does it: the files, then the directory pages and the feeds, then the row in the release feed. */
async function deploy(world: ClojarsWorld, now: number): Promise<Plant> {
  const plant = await publishRelease(world.repository, { now });
  world.twin.refresh(now);
  world.twin.deployed(plant.path, now);
  return plant;
}

const ACTS: readonly Act[] = [
  { step: 'first', lost: [], expected: 'bucket' },
  { step: 'news', lost: [], expected: 'bucket', change: deploy },
  { step: 'without-cdn', lost: ['cdn', 'feeds'], expected: 'bucket', change: deploy },
  // After it the bucket is listed whole: that is how the last act is seen.
  { step: 'without-release-feed', lost: ['site'], expected: 'bucket', change: deploy },
  { step: 'without-bucket', lost: ['bucket'], expected: 'cdn', change: deploy },
  { step: 'without-feeds', lost: ['bucket', 'feeds'], expected: 'cdn', change: deploy },
  { step: 'without-anything', lost: PARTS, expected: 'nowhere' },
  {
    step: 'rewritten',
    lost: [],
    expected: 'bucket',
    change: (world, now) => rewriteRelease(world.repository, { now }),
  },
];

async function play(act: Act, stage: Stage, clock: Clock, teller: Teller, signal: AbortSignal): Promise<ClojarsStep> {
  const { world, mirror } = stage;
  const { twin, repository } = world;
  const plant = (await act.change?.(world, clock.now())) ?? null;
  for (const part of PARTS) {
    if (act.lost.includes(part)) twin.lose(part);
    else twin.restore(part);
  }
  const before = new Map(PARTS.map((part) => [part, twin.asked(part)]));
  const report = await passOf(mirror, signal);
  const requests = Object.fromEntries(PARTS.map((part) => [part, twin.asked(part) - (before.get(part) ?? 0)]));
  // What was served before is served still, whatever was lost; and what is new.
  const answers = plant === null || act.expected === 'nowhere' ? treeAnswers(repository.folder) : [...plant.answers];
  const wrong = await stage.visit(answers, signal);
  const readFrom = sourceOf(act, report, requests as Record<TwinPart, number>);
  const step: ClojarsStep = {
    step: act.step,
    lost: act.lost,
    expected: act.expected,
    read_from: readFrom,
    listed: report?.listed ?? 0,
    added: report?.added ?? 0,
    requests: requests as Record<TwinPart, number>,
    wrong_answers: wrong,
    clean: readFrom === act.expected && wrong.length === 0,
  };
  teller.say(chapter.stepText(step, plant?.title ?? null, answers.length));
  return step;
}

/** Null when no source could be read. */
async function passOf(mirror: DemoMirror, signal: AbortSignal): Promise<PassReport | null> {
  try {
    return await mirror.sync(signal);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'demo-pass') return null;
    throw error;
  }
}

function sourceOf({ lost }: Act, report: PassReport | null, { bucket, cdn }: Record<TwinPart, number>): ReadFrom {
  if (report === null) return 'nowhere';
  if (bucket > 0 && !lost.includes('bucket')) return 'bucket';
  return cdn > 0 ? 'cdn' : 'nowhere';
}

/** Every file of the repository but those that the origin makes by itself. */
function treeAnswers(folder: string): Answer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !/(?:^|\/)index\.html$|^(?:all-|feed\.clj)/.test(path))
    .map((path) => ({ kind: 'bytes', path, bytes: readFileSync(join(folder, path)) }));
}
