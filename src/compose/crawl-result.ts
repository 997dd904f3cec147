import type { Crawled, CrawlResult } from '../config/shape/crawl.ts';
import { DAY, isoTime, SECOND } from '../host/clock.ts';
import { CANNOT_SEE, type Figures, type MirrorSummary, type RoundSummary } from '../watch/crawl/round.ts';

/** A round as JSON has it, with what was told in it and what stands after it. */
export function crawlResult(summary: RoundSummary, findings: CrawlResult['findings'], standing: number): CrawlResult {
  const { round, depth, reference, generation, mirrors } = summary;
  const sum = (of: (mirror: MirrorSummary) => number) => mirrors.reduce((total, mirror) => total + of(mirror), 0);
  return {
    ...{ round, depth, reference, generation, findings, standing },
    claims: sum(({ claims }) => claims),
    proofs: sum(({ proofs }) => proofs),
    mirrors: mirrors.map(crawledJson),
    cannot_see: CANNOT_SEE,
    seconds: (summary.endedAt - summary.startedAt) / SECOND,
  };
}

export function crawledJson(mirror: MirrorSummary): Crawled {
  const { name, url, role, end, health, verdicts, claims, proofs, listed, spent, spentToday, behindMs } = mirror;
  return {
    ...{ name, url, role, ended: end, state: health.state },
    since: isoTime(health.since),
    reason: health.reason,
    verdicts: Object.fromEntries(Object.entries(verdicts).map(([verdict, count = 0]) => [verdict, count])),
    ...{ claims, proofs, listed, requests: spent.requests, bytes: spent.bytes },
    requests_today: spentToday.requests,
    bytes_today: spentToday.bytes,
    behind_seconds: behindMs === null ? null : behindMs / SECOND,
    promise: promiseJson(mirror.figures),
    rotation_took_days: mirror.rotationTookMs === null ? null : mirror.rotationTookMs / DAY,
    signatures: mirror.signatures === null ? null : { ...mirror.signatures },
  };
}

export function promiseJson(figures: Figures): Crawled['promise'] {
  return {
    rotation_days: finite(figures.rotationDays),
    body_rotation_days: finite(figures.bodyRotationDays),
    days_to_see_spread: finite(figures.daysToSeeSpread),
    days_to_see_single: finite(figures.daysToSeeSingle),
  };
}

function finite(days: number): number | null {
  return Number.isFinite(days) ? Math.round(days * 1000) / 1000 : null;
}
