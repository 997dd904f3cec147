import type { Severity } from '../../finding/finding.ts';
import { gauge, type MetricFamily } from '../../host/metrics.ts';
import type { Incident } from './lifecycle.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'warning'];
const STATES = ['open', 'confirmed'] as const;

/** Of what stands. Every combination is there, so that a graph begins at zero and an alert has something to compare. */
export function incidentFigures(standing: readonly Incident[]): MetricFamily[] {
  const samples = SEVERITIES.flatMap((severity) =>
    STATES.flatMap((state) =>
      [true, false].map((isAcknowledged) => {
        const those = standing.filter(
          (each) =>
            each.severity === severity && each.state === state && (each.acknowledgedAt !== null) === isAcknowledged,
        );
        return { labels: { severity, state, acknowledged: String(isAcknowledged) }, value: those.length };
      }),
    ),
  );
  return [gauge('assay_incidents', 'Incidents that stand.', samples)];
}
