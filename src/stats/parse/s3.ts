// S3 server access logs: blanks between fields, quotes around three of them, brackets around the time. Later fields are added at the end.

import { bytesOf, type LineParser, orEmpty, statusOf } from './hit.ts';
import { clfReader } from './moment.ts';

const LINE =
  /^\S+ \S+ \[([^\]]+)\] (\S+) \S+ \S+ (\S+) (\S+) (?:"([^"]*)"|-) (\S+) \S+ (\S+) \S+ \S+ \S+ (?:"[^"]*"|-) (?:"([^"]*)"|-)(?: |$)/;

/** The method is that of the request line; where a bucket's own machinery acted there is none, and the operation (`REST.GET.OBJECT`) says what. */
export function s3Parser(): LineParser {
  const readClf = clfReader();
  return {
    tells: { bytes: true, agents: true, clients: true },
    parse(line, hit) {
      const match = LINE.exec(line);
      if (match === null) return 'reject';
      const [, time = '', client = '', operation = '', key = '', request = '', statusText = '', size = '', agent = ''] =
        match;
      const second = readClf(time);
      const status = statusText === '-' ? 0 : statusOf(statusText);
      const bytes = bytesOf(size);
      if (second < 0 || status < 0 || bytes < 0) return 'reject';
      hit.method = operation.endsWith('.OBJECT') ? (operation.split('.')[1] ?? '') : '';
      // The key is the path, whatever host or bucket name the request line has; only that line tells of a query.
      hit.target = key === '-' ? '' : `/${encodedOnce(key)}${hasQuery(request) ? '?' : ''}`;
      hit.second = second;
      hit.status = status;
      hit.bytes = bytes;
      hit.client = orEmpty(client);
      hit.agent = orEmpty(agent);
      return 'hit';
    },
  };
}

function hasQuery(request: string): boolean {
  return (request.split(' ')[1] ?? '').includes('?');
}

/** Keys are percent-encoded, and again where the request already had them so. */
function encodedOnce(key: string): string {
  return key.replace(/%25([0-9A-Fa-f]{2})/g, '%$1');
}
