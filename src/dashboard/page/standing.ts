// Where an artifact is and is not: why it is not served here, and what is known of its copies at mirrors.

import { kindOfSidecar } from '../../maven/kind.ts';
import type { HeldFile, Place, Standing, VersionState } from '../artifact-summaries.ts';
import { pathLink } from './artifact-link.ts';
import { ago, at, counted, duration } from './figure.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { mirrorLink } from './mirror-link.ts';
import { note } from './notice.ts';
import { sign, toneOfSeverity } from './sign.ts';
import { table } from './table.ts';
import { code, foreign, prose } from './text.ts';

export function stateSign(state: VersionState): Markup {
  switch (state) {
    case 'served':
      return sign('good', 'served');
    case 'damaged':
      return sign('critical', 'damaged here');
    case 'held-back':
      return sign('warning', 'held back');
    case 'taken-down':
      return sign('notice', 'taken down');
  }
}

export function takedownNote(takedown: Standing['takedown'], now: number): Markup | false {
  if (takedown === null) return false;
  const { what, reason, legal, at: when } = takedown;
  return note(
    'warning',
    html`<p><strong>Taken down by the operator of this mirror</strong> ${at(when, now)}: ${foreign(reason, 1000)}</p>
<p>${code(what)} is answered ${legal ? '451' : '410'}, and is not fetched again.</p>`,
  );
}

/** Sums and signatures share the fate of what they belong to: they are counted, and stand in the JSON. */
export function heldTable(caption: string, held: readonly HeldFile[], now: number): Markup {
  const roots = held.filter(({ path }) => kindOfSidecar(path) === null);
  const shown = roots.length === 0 ? held : roots;
  const rest = held.length - shown.length;
  return html`${table<HeldFile>(
    caption,
    [
      { head: 'File', kind: 'name', cell: ({ path }) => pathLink(path) },
      { head: 'Verdict', cell: verdictOf },
      { head: 'Why', from: 'middle', cell: ({ sentence }) => foreign(sentence) },
      { head: 'Since', from: 'middle', cell: ({ since }) => ago(since, now) },
    ],
    shown,
  )}${rest > 0 && html`<p class="quiet">And ${counted(rest, 'sum or signature', 'sums and signatures')} beside ${shown.length === 1 ? 'it' : 'them'}.</p>`}`;
}

function verdictOf({ verdict, kind, incident }: HeldFile): Markup {
  const shown = sign(kind === 'rejected' ? 'warning' : 'notice', foreign(verdict, 60));
  return incident === null ? shown : html`<a href="/-/incidents/${incident}">${shown}</a>`;
}

/** What was refused, and behind it what waits for that. */
export function heldSection(held: readonly HeldFile[], now: number): Markup | false {
  const rejected = held.filter(({ kind }) => kind === 'rejected');
  const waiting = held.filter(({ kind }) => kind === 'deferred');
  if (held.length === 0) return false;
  return html`<section aria-labelledby="held"><h2 class="titled" id="held">Held back here <span class="count">${counted(held.length, 'file')}, answered 403</span></h2>
${rejected.length > 0 && heldTable('What was refused, and why', rejected, now)}
${waiting.length > 0 && rejected.length > 0 && html`<details><summary>${counted(waiting.length, 'file waits', 'files wait')} because of that</summary>${heldTable('What waits, and for what', waiting, now)}</details>`}
${waiting.length > 0 && rejected.length === 0 && heldTable('What waits, and for what', waiting, now)}</section>`;
}

/** `crawls`: whether this installation looks at mirrors at all. */
export function placesSection(mirrors: readonly Place[], crawls: boolean, cannotSee: string, now: number): Markup {
  const troubled = mirrors.filter(({ standing }) => standing === 'trouble');
  const rest = mirrors.filter(({ standing }) => standing !== 'trouble');
  return html`<section aria-labelledby="places"><h2 class="titled" id="places">At other mirrors ${mirrors.length > 0 && html`<span class="count">${counted(mirrors.length, 'mirror')}</span>`}</h2>
${
  mirrors.length === 0
    ? html`<p class="quiet">${crawls ? 'No mirror is named in the configuration.' : 'This installation does not look at mirrors; its primary does.'}</p>`
    : html`<p class="quiet">What is said here of a mirror is what rounds met: only bytes that were read prove anything, and not every file is asked for in every round. ${prose(cannotSee)}</p>
${placesTable([...troubled, ...rest], now)}`
}</section>`;
}

function placesTable(mirrors: readonly Place[], now: number): Markup {
  return table<Place>(
    'How it stands at other mirrors',
    [
      { head: 'Mirror', kind: 'name', cell: ({ mirror }) => mirrorLink(mirror) },
      { head: 'As rounds met it', cell: standingOf },
      { head: 'Visited', from: 'middle', cell: ({ asked_at: asked }) => (asked === null ? 'never' : ago(asked, now)) },
      {
        head: 'Behind then',
        kind: 'amount',
        from: 'middle',
        cell: ({ behind_seconds: behind }) => (behind === null ? '' : duration(behind * 1000)),
      },
    ],
    mirrors,
  );
}

const MOST_TROUBLES = 3;

function standingOf({ standing, troubles }: Place): Piece {
  switch (standing) {
    case 'trouble':
      return html`${troubles.slice(0, MOST_TROUBLES).map(({ verdict, severity, incident }) => {
        const shown = sign(toneOfSeverity(severity), foreign(verdict, 60));
        return incident === null ? html`${shown} ` : html`<a href="/-/incidents/${incident}">${shown}</a> `;
      })}${troubles.length > MOST_TROUBLES && `and ${troubles.length - MOST_TROUBLES} more`}`;
    case 'behind':
      return sign('notice', 'came after its last visit');
    case 'not-visited':
      return sign('unknown', 'not visited yet');
    case 'nothing-wrong':
      return sign('good', 'nothing wrong was met');
  }
}
