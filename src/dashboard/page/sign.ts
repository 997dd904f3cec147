// Signs of state: a shape, a word and a colour, in this order of importance. Whoever sees no colour misses nothing.

import { html, type Markup, type Piece } from './markup.ts';

export type Tone = 'good' | 'notice' | 'warning' | 'critical' | 'unknown';

const SHAPES: Readonly<Record<Tone, Markup>> = {
  good: html`<circle cx="6" cy="6" r="5"/><path class="cut" d="M3.4 6.2l1.9 1.9 3.4-4"/>`,
  notice: html`<circle class="hollow" cx="6" cy="6" r="4.2"/>`,
  warning: html`<path d="M6 .8 11.6 11H.4z"/><path class="cut" d="M6 4.4v3M6 9v.6"/>`,
  critical: html`<path d="M3.6.5h4.8l3.1 3.1v4.8l-3.1 3.1H3.6L.5 8.4V3.6z"/><path class="cut" d="M4 4l4 4M8 4l-4 4"/>`,
  unknown: html`<circle class="hollow dashed" cx="6" cy="6" r="4.2"/>`,
};

/** The word says what the shape means; without words beside it `label` must. */
export function sign(tone: Tone, words: Piece): Markup {
  return html`<span class="sign ${tone}"><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">${SHAPES[tone]}</svg>${words}</span>`;
}

export function toneOfSeverity(severity: string): Tone {
  return severity === 'critical' || severity === 'warning' ? severity : 'notice';
}

export function severitySign(severity: string): Markup {
  return sign(toneOfSeverity(severity), severity);
}
