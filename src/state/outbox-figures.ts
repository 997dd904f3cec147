import { gauge, type MetricFamily, type Sample } from '../host/metrics.ts';

interface Waiting {
  readonly due: number;
  readonly dead: number;
  readonly oldestDueAt: number | null;
}

/** What waits to be sent, by topic. A time of the oldest is told only while something waits. */
export function outboxFigures(topics: Readonly<Record<string, Waiting>>): MetricFamily[] {
  const each = Object.entries(topics);
  const oldest = each.flatMap(([topic, { oldestDueAt }]): Sample[] =>
    oldestDueAt === null ? [] : [{ labels: { topic }, value: oldestDueAt / 1000 }],
  );
  return [
    gauge(
      'assay_outbox_messages',
      'Messages that wait to be sent (due), and those that will never be (dead).',
      each.flatMap(([topic, { due, dead }]) => [
        { labels: { topic, state: 'due' }, value: due },
        { labels: { topic, state: 'dead' }, value: dead },
      ]),
    ),
    gauge('assay_outbox_oldest_timestamp_seconds', 'When the oldest message that waits was put there.', oldest),
  ];
}
