// What a serve process counts of its own answers.

import { counter, gauge, histogram, type MetricFamily } from '../../host/metrics.ts';

export interface Answered {
  /** A file or folder of the repository, or an address of our own. */
  readonly of: 'repository' | 'own';
  readonly method: string;
  readonly status: number;
  /** From the end of the request's head to the last byte of the answer, or to the cut. */
  readonly seconds: number;
  /** Of the body, as far as it was handed to the connection. */
  readonly bytes: number;
}

export interface ServeFigures {
  count(answered: Answered): void;
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
  return {
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
        'Answers by method, status and whether they are of the repository or our own; 499: the client went away before the end.',
        [...answers].map(([key, value]) => {
          const [method = '', status = '', of = ''] = key.split(' ');
          return { labels: { method, status, of }, value };
        }),
      ),
      counter('assay_http_answer_bytes_total', 'Bytes of bodies that were sent.', bytes),
      histogram('assay_http_answer_seconds', 'From the request to the last byte of its answer.', [
        { labels: {}, bounds: BOUNDS, counts: [...counts], sum: seconds },
      ]),
      gauge('assay_http_process_resident_bytes', 'Memory of all serve processes.', process.memoryUsage.rss()),
    ],
  };
}
