// CloudFront's standard logs: W3C extended format, fields between tabs, named by a `#Fields:` line at the head of each file.

import { bytesOf, type LineParser, orEmpty, statusOf } from './hit.ts';
import { readIso } from './moment.ts';

/** As files have them that say nothing else (version 1.0); only those that we read. */
const USUAL = [
  'date',
  'time',
  'x-edge-location',
  'sc-bytes',
  'c-ip',
  'cs-method',
  'cs(Host)',
  'cs-uri-stem',
  'sc-status',
  'cs(Referer)',
  'cs(User-Agent)',
  'cs-uri-query',
];
const FIELDS = '#Fields:';

export function cloudfrontParser(): LineParser {
  let places = placesOf(USUAL);
  return {
    tells: { bytes: true, agents: true, clients: true },
    parse(line, hit) {
      if (line.startsWith('#')) {
        if (line.startsWith(FIELDS)) places = placesOf(line.slice(FIELDS.length).trim().split(/\s+/));
        return 'comment';
      }
      const fields = line.split('\t');
      const field = (place: number): string => fields[place] ?? '';
      const second = readIso(`${field(places.date)}T${field(places.time)}`);
      const status = statusOf(field(places.status));
      const bytes = bytesOf(field(places.bytes));
      const method = field(places.method);
      const stem = field(places.stem);
      if (second < 0 || status < 0 || bytes < 0 || method === '' || !stem.startsWith('/')) return 'reject';
      const query = orEmpty(field(places.query));
      hit.method = method;
      hit.target = query === '' ? stem : `${stem}?${query}`;
      hit.second = second;
      hit.status = status;
      hit.bytes = bytes;
      hit.client = orEmpty(field(places.client));
      hit.agent = decoded(orEmpty(field(places.agent)));
      return 'hit';
    },
  };
}

function placesOf(names: readonly string[]) {
  const place = (name: string) => names.indexOf(name);
  return {
    date: place('date'),
    time: place('time'),
    bytes: place('sc-bytes'),
    client: place('c-ip'),
    method: place('cs-method'),
    stem: place('cs-uri-stem'),
    query: place('cs-uri-query'),
    status: place('sc-status'),
    agent: place('cs(User-Agent)'),
  };
}

/** Percent-encoded, blanks even twice. */
function decoded(agent: string): string {
  return agent.replace(/%(?:25)?([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
