import { html, type Markup } from './markup.ts';
import { foreign } from './text.ts';

/** As long as a host name can be. */
const MOST_LINKED = 253;

/** The page of a mirror; `null` is our own tree, which has none. A name that no mirror can have leads nowhere. */
export function mirrorLink(name: string | null): Markup {
  if (name === null) return html`here`;
  if (name.length > MOST_LINKED) return foreign(name);
  return html`<a class="mirror" href="/-/mirrors/${encodeURIComponent(name)}">${foreign(name)}</a>`;
}
