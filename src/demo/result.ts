// What the demo comes to, in the shape of `demo --json`.

import { SECOND } from '../host/clock.ts';
import { type Comparison, compare, compareCrawl, isClean, type WrongAnswer } from './comparison.ts';
import type { CrawlReport, DemoMirror, Judged, PassReport } from './mirror.ts';
import type { DemoPush } from './pushed.ts';
import type { DemoReport } from './reported.ts';
import type { DemoCrawl, MirrorPlant } from './watched.ts';
import type { Plant, World } from './world.ts';

/** What `demo --json` gives. */
export interface DemoResult {
  readonly clean: boolean;
  readonly planted: readonly (Judged & { readonly kind: Plant['kind'] | MirrorPlant['kind'] })[];
  readonly found: readonly Judged[];
  readonly missed: readonly Judged[];
  readonly unexpected: readonly Judged[];
  readonly wrong_answers: readonly WrongAnswer[];
  /** Files at the origin when the mirror first saw it. */
  readonly files: number;
  readonly bytes: number;
  /** Answers of the mirror that were compared byte for byte. */
  readonly compared: number;
  /** The tree in a bucket of a real S3 server, where one is installed. */
  readonly push: Pick<DemoPush, 'objects' | 'bytes' | 'compared' | 'seconds'> | null;
  /** What the mirror's primary was told. */
  readonly report: DemoReport | null;
  /** The round over three copies of the mirror, and the mail that came of it. */
  readonly crawl:
    | (Pick<CrawlReport, 'mirrors' | 'cannot_see' | 'seconds'> & { readonly mail: DemoCrawl['mail'] })
    | null;
  readonly urls: { readonly origin: string; readonly https: string; readonly http: string | null };
  readonly seconds: { readonly first_pass: number; readonly second_pass: number; readonly whole: number };
}

/** A pass, and the answers that were compared after it. */
export interface Round {
  readonly report: PassReport;
  readonly compared: number;
  readonly wrong: readonly WrongAnswer[];
}

interface Told {
  readonly plants: readonly Plant[];
  readonly first: Round;
  readonly second: Round;
  readonly push: DemoPush | null;
}

export function resultOf(
  { world, mirror }: { readonly world: World; readonly mirror: DemoMirror },
  told: Told & { readonly crawl: DemoCrawl | null; readonly report: DemoReport | null },
): Omit<DemoResult, 'seconds'> {
  const { plants, first, second, push, crawl, report } = told;
  const wrong = [...first.wrong, ...second.wrong, ...(push?.wrong ?? [])];
  const synced = comparisonOf(told);
  const watched = crawl === null ? NOTHING : compareCrawl(crawl.plants, crawl.report);
  const isTold = crawl === null || crawl.mail.some(({ subject }) => subject.includes('divergent'));
  return {
    clean: isClean(synced, wrong) && isClean(watched, []) && isTold && report?.counted === report?.asked,
    planted: [...plants, ...(crawl?.plants ?? [])].map(plantedOf),
    found: [...synced.found, ...watched.found],
    missed: [...synced.missed, ...watched.missed],
    unexpected: [...synced.unexpected, ...watched.unexpected],
    wrong_answers: wrong,
    files: world.repository.files,
    bytes: world.repository.bytes,
    compared: first.compared + second.compared,
    push:
      push === null
        ? null
        : { objects: push.objects, bytes: push.bytes, compared: push.compared, seconds: push.seconds },
    report,
    crawl: crawl === null ? null : crawlOf(crawl),
    urls: { origin: world.origin.url, https: mirror.https, http: mirror.http },
  };
}

const NOTHING: Comparison = { planted: [], found: [], missed: [], unexpected: [] };

/** What the two passes found, and what clients are answered since. */
export function comparisonOf({ plants, first, second, push }: Told): Comparison {
  const wrong = [...first.wrong, ...second.wrong, ...(push?.wrong ?? [])];
  return compare(plants, [first.report, second.report], wrong);
}

function plantedOf(plant: Plant | MirrorPlant): DemoResult['planted'][number] {
  const { kind, path, verdict } = plant;
  return 'mirror' in plant ? { kind, mirror: plant.mirror, path, verdict } : { kind, path, verdict };
}

function crawlOf({ report: { mirrors, cannot_see, seconds }, mail }: DemoCrawl): NonNullable<DemoResult['crawl']> {
  return { mirrors, cannot_see, seconds, mail };
}

export function timesOf(first: Round, second: Round, begun: number): DemoResult['seconds'] {
  const whole = Math.round(performance.now() - begun) / SECOND;
  return { first_pass: first.report.seconds, second_pass: second.report.seconds, whole };
}
