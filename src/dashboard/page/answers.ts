// The questions that somebody has who opens the page, each with its answer and what that rests on.

import { DAY } from '../../host/clock.ts';
import type { IncidentJson, MirrorStanding, StatusSummary, Summaries } from '../summaries.ts';
import { ago, bytes, counted, number } from './figure.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { sign, type Tone } from './sign.ts';
import { code, sentence } from './text.ts';

export function answers(
  status: StatusSummary,
  incidents: readonly IncidentJson[],
  mirrors: readonly MirrorStanding[],
  summaries: Summaries,
  now: number,
): Markup {
  return html`<div class="answers">
${freshAnswer(status, now)}
${trueAnswer(status, incidents)}
${originAnswer(status, now)}
${copiesAnswer(mirrors, summaries)}
${usedAnswer(summaries, now)}
</div>`;
}

/** A question, its answer in a few letters, and what that rests on. */
function answer(tone: Tone, question: string, figure: Piece, ...lines: readonly Piece[]): Markup {
  return html`<section class="answer ${tone}"><h2 class="question">${question}</h2><p class="figure">${figure}</p>${lines.filter((line) => line !== false && line !== null).map((line) => html`<p>${line}</p>`)}</section>`;
}

/** What is older wants a look, however its passes ended: perhaps nobody makes any more. */
const OLD_MS = DAY;

function freshAnswer(status: StatusSummary, now: number): Markup {
  const { last_success_at: success, last_attempt: attempt, running, generation } = status;
  const isFailing = attempt?.outcome === 'could-not';
  const isOld = success !== null && now - Date.parse(success) > OLD_MS;
  const tone: Tone = success === null ? 'unknown' : isFailing || isOld ? 'warning' : 'good';
  const word = isFailing ? 'the last try failed' : isOld ? 'no pass for more than a day' : 'the last pass was good';
  return answer(
    tone,
    'Is it fresh?',
    success === null ? 'Not yet' : html`As of ${ago(success, now)}`,
    sign(tone, success === null ? 'no pass yet' : word),
    html`Generation ${number(generation)}: ${counted(status.files, 'file')}, ${bytes(status.bytes)}.`,
    running !== null && html`Now: ${running.verb}, begun ${ago(running.since, now)}.`,
  );
}

function trueAnswer(status: StatusSummary, incidents: readonly IncidentJson[]): Markup {
  const own = incidents.filter(({ mirror }) => mirror === null);
  const refused = status.quarantine.entries;
  const isDamaged = status.scrub.withheld > 0;
  const tone: Tone = isDamaged
    ? 'critical'
    : status.generation === 0
      ? 'unknown'
      : own.some(({ severity, acknowledged_at: taken }) => severity === 'critical' && taken === null)
        ? 'warning'
        : 'good';
  return answer(
    tone,
    'Is it true?',
    isDamaged ? 'Damaged files' : status.generation === 0 ? 'Not known' : number(status.files),
    status.generation > 0 &&
      !isDamaged &&
      `${status.files === 1 ? 'file' : 'files'}, each checked before it was published.`,
    sign(
      tone,
      isDamaged
        ? 'some are withheld'
        : refused > 0
          ? html`${counted(refused, 'file')} refused, none of them served`
          : 'nothing was refused',
    ),
    status.deferred > 0 &&
      html`${counted(status.deferred, 'file')} held back until ${status.deferred === 1 ? 'it is' : 'they are'} complete.`,
    html`Signatures: ${SIGNATURES[status.signatures.mode]}${(status.signatures.classes.good ?? 0) > 0 && `; ${counted(status.signatures.classes.good ?? 0, 'good one')}`}.`,
  );
}

const SIGNATURES = {
  off: 'not looked at',
  observe: 'looked at, never a reason to refuse',
  require: 'a bad one is refused',
} as const;

/** As whom a source is asked is nobody's business. */
function withoutUser(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

function originAnswer({ sources, origin, last_success_at: success }: StatusSummary, now: number): Markup {
  const [source] = sources;
  const known = sources.filter(({ reachable }) => reachable !== null);
  const isDown = known.length > 0 && known.every(({ reachable }) => reachable === false);
  const isUnknown = known.length === 0;
  // An outage of the origin is what a mirror is for: never red.
  const tone: Tone = isUnknown ? 'unknown' : isDown ? 'warning' : 'good';
  const seen =
    origin !== null &&
    origin.state !== 'unknown' &&
    html`All mirrors together: ${origin.state}, as ${number(origin.seen_by)} of ${number(origin.of)} see it.`;
  if (source === undefined)
    return answer(
      'unknown',
      'Is the origin there?',
      'No source',
      'This installation does not mirror; it watches.',
      seen,
    );
  return answer(
    tone,
    'Is the origin there?',
    isUnknown ? 'Not asked yet' : isDown ? 'Down' : 'Up',
    !isUnknown && sign(tone, 'seen from here'),
    html`${code(withoutUser(source.url), 80)}${source.since !== null && html` ${isDown ? 'gone' : 'answers'} since ${ago(source.since, now)}`}`,
    isDown && source.sentence !== null && sentence(source.sentence),
    isDown && success !== null && 'What was published stays served. Nobody lags while the origin is down.',
    seen,
  );
}

/** Of copies elsewhere: what they send, not what they say. */
function copiesAnswer(mirrors: readonly MirrorStanding[], { roles }: Summaries): Markup | false {
  if (mirrors.length === 0 && !roles.crawls) return false;
  const bad = mirrors.filter(({ state }) => state === 'bad').length;
  const troubled = mirrors.filter(({ troubles }) => troubles > 0).length;
  const visited = mirrors.filter(({ checked_at: at }) => at !== null).length;
  const proofs = mirrors.reduce((sum, each) => sum + each.proofs, 0);
  const claims = mirrors.reduce((sum, each) => sum + each.claims, 0);
  const tone: Tone = visited === 0 ? 'unknown' : bad > 0 ? 'critical' : troubled > 0 ? 'warning' : 'good';
  return answer(
    tone,
    'Are the other copies true?',
    visited === 0
      ? 'Not visited yet'
      : html`<a href="/-/mirrors">${number(visited - troubled)} of ${number(mirrors.length)}</a>`,
    sign(
      tone,
      bad > 0
        ? `${number(bad)} must not be trusted`
        : troubled > 0
          ? `${number(troubled)} in trouble`
          : visited === 0
            ? 'no round yet'
            : 'nothing stands against them',
    ),
    visited > 0 && html`Last visits: ${counted(proofs, 'proof')}, ${counted(claims, 'claim')}.`,
  );
}

function usedAnswer(summaries: Summaries, now: number): Markup | false {
  const used = summaries.used(now);
  if (used === null) {
    return (
      summaries.roles.counts &&
      answer('unknown', 'Is it used?', 'Not counted yet', 'Access logs are counted every hour.')
    );
  }
  return answer(
    'good',
    'Is it used?',
    number(used.downloads),
    html`${used.downloads === 1 ? 'Download' : 'Downloads'} in the last 30 days, ${counted(used.measuredDays, 'day')} of which ${used.measuredDays === 1 ? 'was' : 'were'} counted.`,
    used.downloads > 0 &&
      used.top[0] !== undefined &&
      html`Most of all ${code(`${used.top[0].group}/${used.top[0].artifact}`, 80)}.`,
  );
}
