// What Fastly sends as Clojars has it written, now to an object store and before that to another:
//   <134>2012-04-14T06:40:59Z cache-bwi5023 s3-bucket[3217]: 192.0.2.1 "GET /path HTTP/1.1" 200 2377 "(null)" "Java/1.6"
//   <134>2012-04-14T06:40:59Z cache-ord1741 cloudfiles-endpoint[82344]: 192.0.2.1 "-" "GET /path" 200 2377 "(null)" "Java/1.6"

import { bytesOf, type LineParser, orEmpty, statusOf } from './hit.ts';
import { readIso } from './moment.ts';
import { readRequestLine } from './request-line.ts';

const LINE =
  /^<\d{1,3}>(\S+) \S+ [^\s:]+(?::[^\s:]+)*: (\S+) (?:"[^" ]*" )?"([A-Z]{1,20} [^"]*)" (\S+) (\S+)(?: "([^"]*)" "([^"]*)")?/;

export function fastlyParser(): LineParser {
  return {
    tells: { bytes: true, agents: true, clients: true },
    parse(line, hit) {
      const match = LINE.exec(line);
      if (match === null) return 'reject';
      const [, time = '', client = '', request = '', statusText = '', size = '', , agent = ''] = match;
      const second = readIso(time);
      const status = statusOf(statusText);
      const bytes = bytesOf(size);
      if (second < 0 || status < 0 || bytes < 0) return 'reject';
      readRequestLine(request, hit);
      hit.second = second;
      hit.status = status;
      hit.bytes = bytes;
      hit.client = orEmpty(client);
      hit.agent = agent === '(null)' ? '' : orEmpty(agent);
      return 'hit';
    },
  };
}
