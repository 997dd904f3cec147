// What a crawl can promise of a mirror, from what it may cost. One pure function, so that the round, the page and check-config say the same.

export interface Cost {
  /** Of the reference, as far as the mirror promises to have it. */
  readonly files: number;
  readonly bytes: number;
  readonly requestsPerDay: number;
  readonly bytesPerDay: number;
}

export interface Figures {
  /** Days until every path was asked once. Infinite without a budget. */
  readonly rotationDays: number;
  /** Days until every body was read once. */
  readonly bodyRotationDays: number;
  readonly bodiesPerDay: number;
  /** Days until one of the altered files was read, with 99 %, when one in a thousand is altered. */
  readonly daysToSeeSpread: number;
  /** Days within which a single altered file is read half of the time. */
  readonly daysToSeeSingle: number;
}

/** Half of the budget is for the rotation of bodies, the other half for everything else, of which rotation by claims is the last. */
export const BODY_SHARE = 0.5;
const ALTERED = 0.001;
const MISSED = 0.01;

/**
 * Bodies are read in turn, without replacement: a file that is altered when its turn comes is seen. A mirror that knows when we come, or who we
 * are, is outside of this arithmetic.
 */
export function figuresOf({ files, bytes, requestsPerDay, bytesPerDay }: Cost): Figures {
  if (files === 0)
    return { rotationDays: 0, bodyRotationDays: 0, bodiesPerDay: 0, daysToSeeSpread: 0, daysToSeeSingle: 0 };
  const mean = Math.max(1, bytes / files);
  const bodiesPerDay = Math.min(requestsPerDay * BODY_SHARE, (bytesPerDay * BODY_SHARE) / mean);
  const perDay = (count: number, rate: number) => (rate === 0 ? Number.POSITIVE_INFINITY : count / rate);
  const bodyRotationDays = perDay(files, bodiesPerDay);
  return {
    rotationDays: perDay(files, requestsPerDay),
    bodyRotationDays,
    bodiesPerDay,
    daysToSeeSpread: perDay(drawsToMeet(Math.max(1, Math.ceil(files * ALTERED)), files), bodiesPerDay),
    daysToSeeSingle: bodyRotationDays / 2,
  };
}

/** How many of `files` have to be drawn, without replacement, to meet one of `altered` with 99 %. */
function drawsToMeet(altered: number, files: number): number {
  // The usual approximation of the hypergeometric law; exact where a single file is altered.
  return Math.min(files, Math.ceil((1 - MISSED ** (1 / altered)) * (files - (altered - 1) / 2)));
}

/** The sentence that goes with the figures, for the summary, the page and the help. */
export const CANNOT_SEE =
  'A crawl cannot see a mirror that lies only to chosen addresses; `assay check` on the machine that downloads does.';

/** How long in words that promise no more than they know: `within the hour`, `9 hours`, `4.2 days`, `never`. */
export function daysInWords(days: number): string {
  if (!Number.isFinite(days)) return 'never, with this budget';
  const hours = days * 24;
  if (hours < 1) return 'an hour';
  if (hours < 48) return `${Math.ceil(hours)} hours`;
  return days < 20 ? `${days.toFixed(1)} days` : `${Math.ceil(days)} days`;
}

export function promiseOf(figures: Figures): string {
  return (
    `Every path is asked within ${daysInWords(figures.rotationDays)}, every body read within ${daysInWords(figures.bodyRotationDays)}. ` +
    `Were 0.1 % of the files altered, it would be seen within ${daysInWords(figures.daysToSeeSpread)} with 99 %; ` +
    `one single altered file half of the time within ${daysInWords(figures.daysToSeeSingle)}.`
  );
}
