// Things that are said apart from what they are about.

import { html, type Markup, type Piece } from './markup.ts';
import { prose } from './text.ts';

export function note(tone: 'plain' | 'good' | 'warning' | 'critical', content: Piece): Markup {
  return html`<div class="note${tone !== 'plain' && ` ${tone}`}">${content}</div>`;
}

/** A place where there is nothing, and why that is so. */
export function emptyNote(words: string): Markup {
  return html`<p class="note">${prose(words)}</p>`;
}
