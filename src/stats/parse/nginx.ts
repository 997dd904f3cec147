// Any nginx `log_format`: values between fixed texts. A value ends where the text that follows it in the format begins, and is then judged by its
// own grammar: what a client smuggles into one field (a user name with a bracket) makes a rejected line, never another request.

import { bytesOf, type Hit, type LineParser, orEmpty, statusOf } from './hit.ts';
import { clfReader, type ReadSecond, readEpoch, readIso } from './moment.ts';
import { readRequestLine, withoutEscapes } from './request-line.ts';

export const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
/** What assay writes itself: the combined format and the seconds that the request took. */
export const OWN = `${COMBINED} $request_time`;

interface Value {
  readonly name: string;
  /** What follows it in the format; empty for the last one. */
  readonly until: string;
}

interface Format {
  readonly begin: string;
  readonly values: readonly Value[];
}

/** Places of the values that count, -1 where the format has none. */
interface Places {
  readonly time: number;
  readonly readSecond: ReadSecond;
  readonly request: number;
  readonly method: number;
  readonly target: number;
  readonly status: number;
  readonly bytes: number;
  readonly client: number;
  readonly agent: number;
}

/** Why a format cannot be counted from, in words for people, or null. */
export function formatFault(text: string): string | null {
  const format = readFormat(text);
  if (format.values.slice(0, -1).some(({ until }) => until === '')) return 'something between any two variables';
  const places = placesOf(format.values);
  if (places.time === -1) return '$time_local, $time_iso8601 or $msec in it';
  if (places.status === -1) return '$status in it';
  if (places.request === -1 && (places.method === -1 || places.target === -1)) return '$request in it';
  return null;
}

/** `text` has no fault. It is the format itself, or the whole `log_format name '...';` of nginx's configuration. */
export function nginxParser(text: string): LineParser {
  const { begin, values } = readFormat(text);
  const places = placesOf(values);
  const starts = new Int32Array(values.length);
  const ends = new Int32Array(values.length);
  const split = (line: string): boolean => {
    if (!line.startsWith(begin)) return false;
    let at = begin.length;
    for (let index = 0; index < values.length; index += 1) {
      const { until } = values[index] as Value;
      const end = until === '' ? line.length : line.indexOf(until, at);
      if (end === -1) return false;
      starts[index] = at;
      ends[index] = end;
      at = end + until.length;
    }
    return at === line.length;
  };
  const value = (line: string, place: number): string =>
    place === -1 ? '-' : line.slice(starts[place] as number, ends[place] as number);
  return {
    tells: { bytes: places.bytes !== -1, agents: places.agent !== -1, clients: places.client !== -1 },
    parse: (line, hit) => (split(line) && fill(hit, places, (place) => value(line, place)) ? 'hit' : 'reject'),
  };
}

function fill(hit: Hit, places: Places, value: (place: number) => string): boolean {
  const second = places.readSecond(value(places.time));
  const status = statusOf(value(places.status));
  const bytes = bytesOf(value(places.bytes));
  if (second < 0 || status < 0 || bytes < 0) return false;
  hit.second = second;
  hit.status = status;
  hit.bytes = bytes;
  hit.client = orEmpty(value(places.client));
  hit.agent = orEmpty(value(places.agent));
  if (places.request !== -1) readRequestLine(withoutEscapes(value(places.request)), hit);
  else {
    hit.method = value(places.method);
    hit.target = withoutEscapes(value(places.target));
  }
  return true;
}

/** In the quotes of `log_format name escape=json '...' '...';`, joined as nginx joins them, or the text as it stands. */
function readFormat(text: string): Format {
  const quoted = /^\s*log_format\s/.test(text) ? [...text.matchAll(/'((?:[^'\\]|\\.)*)'/g)] : [];
  const line =
    quoted.length === 0
      ? text
      : quoted
          .map((each) => each[1])
          .join('')
          .replace(/\\'/g, "'");
  const variables = [...line.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)];
  const values = variables.map((variable, index) => ({
    name: variable[1] ?? variable[2] ?? '',
    until: line.slice(variable.index + variable[0].length, variables[index + 1]?.index ?? line.length),
  }));
  return { begin: line.slice(0, variables[0]?.index ?? line.length), values };
}

function placesOf(values: readonly Value[]): Places {
  const place = (...names: string[]): number =>
    names.map((name) => values.findIndex((value) => value.name === name)).find((found) => found !== -1) ?? -1;
  const clf = place('time_local');
  const iso = place('time_iso8601');
  return {
    time: clf !== -1 ? clf : iso !== -1 ? iso : place('msec'),
    readSecond: clf !== -1 ? clfReader() : iso !== -1 ? readIso : readEpoch,
    request: place('request'),
    method: place('request_method'),
    target: place('request_uri', 'uri'),
    status: place('status'),
    bytes: place('body_bytes_sent', 'bytes_sent'),
    client: place('remote_addr', 'http_x_forwarded_for', 'realip_remote_addr'),
    agent: place('http_user_agent'),
  };
}
