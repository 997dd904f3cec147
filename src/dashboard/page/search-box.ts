import { html, type Markup } from './markup.ts';
import { cut, printable } from './text.ts';

const MOST_KEPT = 300;

/** Works without a script: a form whose answer is a page with an address of its own. */
export function searchBox(typed: string, id = 'look-for'): Markup {
  return html`<form class="search" role="search" action="/-/artifacts" method="get">
<label for="${id}">Look for an artifact</label>
<input id="${id}" name="q" type="search" value="${printable(cut(typed, MOST_KEPT))}" maxlength="1000" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="${id}-hint">
<button type="submit">Look</button>
<p class="quiet" id="${id}-hint">Coordinates as any build file has them, <code>[group/artifact "1.0"]</code> or <code>group:artifact</code>, a path, or a part of a name.</p>
</form>`;
}
