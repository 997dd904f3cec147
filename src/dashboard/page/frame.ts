// What stands around every page: who speaks, where else to go, and when it was said.

import { isoTime } from '../../host/clock.ts';
import type { RouteAnswer } from '../../host/route.ts';
import { ICON, STYLE } from './asset.ts';
import { moment } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { cut, foreign, printable } from './text.ts';

export type Place =
  | 'overview'
  | 'mirrors'
  | 'incidents'
  | 'passes'
  | 'rounds'
  | 'artifacts'
  | 'statistics'
  | 'quarantine'
  | 'setup';

export interface Page {
  readonly title: string;
  /** Where in the navigation it belongs; null: nowhere. */
  readonly place: Place | null;
  /** One line below the title. */
  readonly lead?: Markup;
  readonly body: Markup;
  /** The same as JSON; null where there is none. */
  readonly twin: string | null;
  /** 200 if not said. */
  readonly status?: number;
}

export interface Frame {
  /** The installation. */
  readonly name: string;
  readonly version: string;
  readonly now: number;
  /** Seconds after which the page asks for itself again, as whoever looks at it wished; null: never. */
  readonly againSeconds: number | null;
  /** The same page, asking again, or no more. */
  readonly againPath: string;
}

const PLACES: readonly { readonly place: Place; readonly path: string; readonly words: string }[] = [
  { place: 'overview', path: '/-/', words: 'Overview' },
  { place: 'incidents', path: '/-/incidents', words: 'Incidents' },
  { place: 'mirrors', path: '/-/mirrors', words: 'Mirrors' },
  { place: 'passes', path: '/-/passes', words: 'Passes' },
  { place: 'rounds', path: '/-/rounds', words: 'Rounds' },
  { place: 'artifacts', path: '/-/artifacts', words: 'Artifacts' },
  { place: 'statistics', path: '/-/statistics', words: 'Statistics' },
  { place: 'quarantine', path: '/-/quarantine', words: 'Quarantine' },
  { place: 'setup', path: '/-/setup', words: 'Build settings' },
];

/** Nothing but our own style sheet and icon; no script, no form to elsewhere, no frame of somebody else's. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const CACHING = 'public, max-age=10';
const MOST_NAME = 60;
const MOST_TITLE = 200;

export function framed(page: Page, frame: Frame): RouteAnswer {
  return {
    status: page.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': page.status === undefined ? CACHING : 'no-store',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'accept',
      ...(frame.againSeconds === null ? {} : { refresh: String(frame.againSeconds) }),
    },
    body: Buffer.from(frameText(page, frame).toString(), 'utf8'),
  };
}

function frameText(
  { title, place, lead, body, twin }: Page,
  { name, version, now, againSeconds, againPath }: Frame,
): Markup {
  const shortName = printable(cut(name, MOST_NAME));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${printable(cut(title, MOST_NAME))} - ${shortName}</title>
<link rel="stylesheet" href="${STYLE.path}">
<link rel="icon" type="image/svg+xml" href="${ICON.path}">
${twin !== null && html`<link rel="alternate" type="application/json" href="${twin}">`}
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="masthead">
<a class="brand" href="/-/"><span class="mark" aria-hidden="true"></span><span class="maker">assay</span> ${foreign(name, MOST_NAME)}</a>
<nav aria-label="Pages"><ul>
${PLACES.map((each) => html`<li><a href="${each.path}"${each.place === place && html` aria-current="page"`}>${each.words}</a></li>`)}
</ul></nav>
</header>
<main id="main" tabindex="-1">
<div><h1>${printable(cut(title, MOST_TITLE))}</h1>
${lead !== undefined && html`<p class="lead">${lead}</p>`}</div>
${body}
</main>
<footer>
<p>As of <time datetime="${isoTime(now)}">${moment(isoTime(now))}</time>${againSeconds === null ? html` · <a href="${againPath}">keep fresh</a>` : html` · asks again every ${againSeconds} s · <a href="${againPath}">stop</a>`}${twin !== null && html` · <a href="${twin}">this page as JSON</a>`} · <a href="/-/metrics">metrics</a> · <a href="/">the repository</a></p>
<p class="quiet">assay ${version}. Every file is checked before it is published here.</p>
</footer>
</body>
</html>
`;
}
