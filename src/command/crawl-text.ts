// A round for people: what is wrong as it is found, a line for each mirror, and a table at the end.

import type { CrawlEvent } from '../compose/verbs.ts';
import type { Crawled, CrawlResult } from '../config/shape/crawl.ts';
import type { FindingJson } from '../config/shape/finding.ts';
import { counted, duration, number, size, table, withoutControls } from './text.ts';

export function findingLine({ severity, verdict, mirror, path, why }: FindingJson): string {
  const where = path === null ? (mirror ?? '') : `${mirror}: ${path}`;
  return `${withoutControls(`${severity.padEnd(8)} ${verdict} at ${where}`)}\n         ${withoutControls(why)}\n`;
}

type MirrorDone = Extract<CrawlEvent, { kind: 'mirror-done' }>['summary'];

/** When a visit ends. */
export function mirrorLine({ name, end, claims, proofs, spent, health }: MirrorDone): string {
  const asked = `${counted(claims, 'claim')} believed, ${counted(proofs, 'body').replace(/bodys$/, 'bodies')} read`;
  const words = ENDS[end] ?? end;
  return `${withoutControls(name)}: ${words}; ${asked}, ${size(spent.bytes)}; ${health.state}\n`;
}

const ENDS: Readonly<Record<string, string>> = {
  complete: 'all asked',
  budget: 'asked until the budget was used',
  'opted-out': 'asked not to be visited',
  silent: 'does not answer',
  unwelcome: 'asked for quiet',
  unknown: 'does not answer, nor does anybody else: the fault may be ours',
};

export function crawlText(result: CrawlResult): string {
  const { mirrors, claims, proofs, standing } = result;
  const rows = mirrors.map((mirror) => [
    mirror.name,
    mirror.state,
    number(mirror.verdicts.ok ?? 0),
    troubleWords(mirror),
    mirror.behind_seconds === null ? '' : behindWords(mirror.behind_seconds),
    number(mirror.claims),
    number(mirror.proofs),
    promiseWords(mirror),
  ]);
  const head = ['mirror', 'state', 'ok', 'not ok', 'behind', 'claims', 'proofs', 'rotation'];
  const [first] = mirrors;
  return [
    '',
    table(head, rows).trimEnd(),
    '',
    `Round ${result.round} against ${REFERENCES[result.reference]}, generation ${number(result.generation)}, in ${duration(result.seconds)}: ` +
      `${number(claims)} claims were believed, ${number(proofs)} bodies read and hashed.`,
    ...mirrors.flatMap(signatureLines),
    ...(first === undefined ? [] : [promiseText(first)]),
    `${result.cannot_see}`,
    standing === 0
      ? 'No trouble stands.'
      : `${counted(standing, 'trouble')} that nobody has acknowledged: assay incidents list`,
  ].join('\n');
}

function signatureLines({ name, signatures }: Crawled): string[] {
  if (signatures === null) return [];
  const classes = Object.entries(signatures).sort(([, one], [, other]) => other - one);
  const words = classes.map(([kind, count]) => `${kind} ${number(count)}`).join(', ');
  return [`Signatures at ${withoutControls(name)}: ${words === '' ? 'none was seen' : words}.`];
}

const REFERENCES = { inventory: 'what is published here', origin: "the origin's own answers" } as const;

function troubleWords({ verdicts }: Crawled): string {
  const others = Object.entries(verdicts).filter(([verdict]) => verdict !== 'ok');
  return others.map(([verdict, count]) => `${verdict} ${number(count)}`).join(', ');
}

function behindWords(seconds: number): string {
  return seconds === 0 ? 'no' : duration(seconds);
}

function promiseWords({ promise }: Crawled): string {
  return daysWords(promise.rotation_days);
}

/** Null: never, with this budget. */
export function daysWords(days: number | null): string {
  if (days === null) return 'never';
  return days < 1 / 24 ? 'under an hour' : duration(days * 86_400);
}

/** What the budget buys, at the first mirror of the list. */
function promiseText({ name, promise }: Crawled): string {
  return (
    `At ${withoutControls(name)} every path is asked within ${daysWords(promise.rotation_days)} and every body read within ${daysWords(promise.body_rotation_days)}; ` +
    `were 0.1 % of the files altered, it would be seen within ${daysWords(promise.days_to_see_spread)} with 99 %, ` +
    `one single altered file half of the time within ${daysWords(promise.days_to_see_single)}.`
  );
}
