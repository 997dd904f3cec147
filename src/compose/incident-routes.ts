// `/-/incidents`: what stands, and a page for each incident that stays where it is. As JSON for programs, as plain HTML for whoever follows a link.

import type { Config } from '../config/schema.ts';
import type { IncidentPage, IncidentsResult } from '../config/shape/incident.ts';
import { CodedError } from '../host/error.ts';
import { jsonAnswer, type Route, type RouteAnswer, type RouteRequest, refusalAnswer } from '../host/route.ts';
import { CANNOT_SEE } from '../watch/crawl/round.ts';
import { listOf, pageOf } from './incidenting.ts';
import type { Rooms } from './rooms.ts';
import type { WatchHost } from './watching.ts';

const CACHING = 'public, max-age=10';
const JSON_NAME = /\.json$/;

/** `rooms` are open for reading alone. */
export function incidentRoutes(config: Config, rooms: Rooms, host: WatchHost): Route[] {
  const list = (request: RouteRequest) => {
    const result = listOf(config, rooms, host, request.query.get('all') !== null);
    return wantsPage(request) ? htmlAnswer(listPage(config.name, result)) : jsonAnswer(200, CACHING, result);
  };
  const one = (request: RouteRequest) => {
    const id = (request.params.id ?? '').replace(JSON_NAME, '');
    try {
      const page = pageOf(config, rooms, host, id);
      return wantsPage(request) ? htmlAnswer(incidentPage(config.name, page)) : jsonAnswer(200, CACHING, page);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return refusalAnswer(request, { status: 404, type: error.code, detail: error.message });
    }
  };
  const route = (path: string, answer: Route['answer']): Route => ({
    ...{ method: 'GET', path, weight: 'page', maxBodyBytes: 0, answer },
  });
  return [route('/-/incidents', list), route('/-/incidents.json', list), route('/-/incidents/:id', one)];
}

/** A browser says that it takes HTML; a path that ends with `.json` means what it says. */
function wantsPage({ path, headers }: RouteRequest): boolean {
  return !JSON_NAME.test(path) && /\btext\/html\b/.test(headers.accept ?? '');
}

function htmlAnswer(body: string): RouteAnswer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': CACHING,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    vary: 'accept',
  };
  return { status: 200, headers, body: Buffer.from(body, 'utf8') };
}

function listPage(name: string, { incidents }: IncidentsResult): string {
  const rows = incidents.map(
    (each) =>
      `<tr><td><a href="/-/incidents/${escaped(each.id)}">${escaped(each.id)}</a></td><td>${escaped(each.severity)}</td><td>${escaped(each.verdict)}</td><td>${escaped(each.mirror ?? 'here')}</td><td>${escaped(each.path ?? '')}</td><td>${escaped(each.opened_at)}</td><td>${each.acknowledged_at === null ? '' : 'acknowledged'}</td></tr>`,
  );
  const head = ['incident', 'severity', 'verdict', 'mirror', 'path', 'since', ''].map((word) => `<th>${word}</th>`);
  const table =
    rows.length === 0 ? '<p>Nothing stands.</p>' : `<table><tr>${head.join('')}</tr>${rows.join('\n')}</table>`;
  return page(`Incidents of ${name}`, `${table}<p>${escaped(CANNOT_SEE)}</p>`);
}

function incidentPage(name: string, { incident, timeline, evidence, told }: IncidentPage): string {
  const facts = Object.entries(incident)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `<tr><th>${escaped(key.replaceAll('_', ' '))}</th><td>${escaped(String(value))}</td></tr>`);
  const events = timeline.map(
    ({ at, kind, detail }) => `<li>${escaped(at)} <b>${escaped(kind)}</b> ${escaped(detail)}</li>`,
  );
  const found = evidence.map((each) => `<li><pre>${escaped(JSON.stringify(each, null, 2))}</pre></li>`);
  const channels = told.map(
    ({ channel, at, over }) => `<li>${escaped(at)} ${escaped(channel)}${over ? ': it is over' : ''}</li>`,
  );
  return page(
    `Incident ${incident.id} of ${name}`,
    [
      `<p>${escaped(incident.why)}</p><table>${facts.join('\n')}</table>`,
      `<h2>What happened</h2><ol>${events.join('\n')}</ol>`,
      `<h2>Evidence</h2><ol>${found.join('\n')}</ol>`,
      `<h2>Told</h2><ul>${channels.join('\n')}</ul>`,
      `<p>${escaped(CANNOT_SEE)}</p><p><a href="/-/incidents">All incidents</a></p>`,
    ].join('\n'),
  );
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{font:1rem/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}th{text-align:left;vertical-align:top;padding-right:1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style></head>
<body><h1>${escaped(title)}</h1>
${body}
</body></html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names, headers and reasons come from outside: nothing of them is ever markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
