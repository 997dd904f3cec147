// What a serve process counts of its own answers.

import { counter, gauge, histogram, type MetricFamily } from '../../host/metrics.ts';
import type { AccessLog } from './access-log.ts';
import type { Connections } from './connections.ts';
import type { RequestRate } from './request-rate.ts';

export interface Answered {
  /** A file or folder of the repository, an address of our own, or what listens beside HTTPS. */
  readonly of: 'repository' | 'own' | 'redirect';
  readonly method: string;
  readonly status: number;
  /** From the end of the request's head to the last byte of the answer, or to the cut. */
  readonly seconds: number;
  /** Of the body, as far as it was handed to the connection. */
  readonly bytes: number;
}

/** What others count, as it is when it is asked for. */
export interface ServeGauges {
  readonly connections: Pick<Connections, 'open' | 'refused'>;
  readonly rate: Pick<RequestRate, 'refused'>;
  readonly accessLog: Pick<AccessLog, 'dropped'>;
  rememberedBytes(): number;
}

export interface ServeFigures {
  count(answered: Answered): void;
  /** What came was no HTTP, or too large, or too slow. */
  countUnreadable(): void;
  /** From now on these are told as well. */
  show(gauges: ServeGauges): void;
  families(): MetricFamily[];
}

/** Seconds: an answer from memory takes a tenth of a millisecond, a large file over a slow line minutes. */
const BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60];

export function makeFigures(): ServeFigures {
  /** `GET 200 repository`: what a client calls its method is cut down to what we know, so that it cannot make families grow. */
  const answers = new Map<string, number>();
  const counts = new Array<number>(BOUNDS.length + 1).fill(0);
  let seconds = 0;
  let bytes = 0;
  let unreadable = 0;
  let gauges: ServeGauges | null = null;
  return {
    countUnreadable: () => {
      unreadable += 1;
    },
    show(shown) {
      gauges = shown;
    },
    count(answered) {
      const method = answered.method === 'GET' || answered.method === 'HEAD' ? answered.method : 'other';
      const key = `${method} ${answered.status} ${answered.of}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
      const place = BOUNDS.findIndex((bound) => answered.seconds <= bound);
      const at = place === -1 ? BOUNDS.length : place;
      counts[at] = (counts[at] ?? 0) + 1;
      seconds += answered.seconds;
      bytes += answered.bytes;
    },
    families: () => [
      counter(
        'assay_http_answers_total',
        'Answers by method, status and whether they are of the repository, our own or what sends people to HTTPS; 499: the client went away before the end.',
        [...answers].map(([key, value]) => {
          const [method = '', status = '', of = ''] = key.split(' ');
          return { labels: { method, status, of }, value };
        }),
      ),
      counter('assay_http_answer_bytes_total', 'Bytes of bodies that were sent.', bytes),
      histogram('assay_http_answer_seconds', 'From the request to the last byte of its answer.', [
        { labels: {}, bounds: BOUNDS, counts: [...counts], sum: seconds },
      ]),
      counter('assay_http_unreadable_total', 'Requests that were no HTTP, too large or too slow.', unreadable),
      ...(gauges === null ? [] : gaugesOf(gauges)),
      gauge('assay_http_process_resident_bytes', 'Memory of all serve processes.', process.memoryUsage.rss()),
    ],
  };
}

function gaugesOf({ connections, rate, accessLog, rememberedBytes }: ServeGauges): MetricFamily[] {
  const refused = connections.refused();
  return [
    gauge('assay_http_connections', 'Open connections.', connections.open()),
    counter(
      'assay_http_refused_connections_total',
      'Connections that were cut as they came, by the limit that they would have broken.',
      Object.entries(refused).map(([limit, value]) => ({ labels: { limit }, value })),
    ),
    counter('assay_http_rate_limited_total', 'Requests that were answered 429.', rate.refused()),
    counter('assay_access_log_dropped_lines_total', 'Lines that could not be written.', accessLog.dropped()),
    gauge('assay_http_remembered_bytes', 'Small files that are held in memory.', rememberedBytes()),
  ];
}
