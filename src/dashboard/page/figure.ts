// Numbers, sizes and times as people read them: aligned, rounded no further than they are known.

import { DAY, HOUR, MINUTE, SECOND } from '../../host/clock.ts';
import { html, type Markup } from './markup.ts';

/** `3,151` */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 file`, `3,151 files` */
export function counted(value: number, noun: string, nouns = `${noun}s`): string {
  return `${number(value)} ${value === 1 ? noun : nouns}`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `318 B`, `4.3 MB`: powers of 1000, as disks are sold. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  let scaled = value;
  let unit = -1;
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled.toFixed(scaled < 9.95 ? 1 : 0)} ${UNITS[unit]}`;
}

/** `40 s`, `12 min`, `5 h`, `3 days`: one unit, and two where the larger one is small. */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.round(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < 10 * HOUR) {
    const minutes = Math.floor((span % HOUR) / MINUTE);
    return `${Math.floor(span / HOUR)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
  }
  if (span < 2 * DAY) return `${Math.round(span / HOUR)} h`;
  return `${Math.floor(span / DAY)} days`;
}

/** How long ago, with the moment itself behind it. A clock that was set back makes no future. */
export function ago(instant: string, now: number): Markup {
  const span = now - Date.parse(instant);
  const words = span < 5 * SECOND ? 'just now' : `${duration(span)} ago`;
  return html`<time datetime="${instant}" title="${moment(instant)}">${words}</time>`;
}

/** Both, where there is room: pages are printed, and copied into messages. */
export function at(instant: string, now: number): Markup {
  return html`<time class="moment" datetime="${instant}">${moment(instant)}</time> <span class="quiet">${relative(instant, now)}</span>`;
}

/** `2026-11-21 01:30 UTC` */
export function moment(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

function relative(instant: string, now: number): string {
  const span = now - Date.parse(instant);
  if (span < -5 * SECOND) return `in ${duration(-span)}`;
  return span < 5 * SECOND ? 'just now' : `${duration(span)} ago`;
}
