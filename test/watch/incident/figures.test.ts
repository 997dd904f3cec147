import assert from 'node:assert/strict';
import test from 'node:test';
import { type Incident, incidentFigures } from '../../../src/watch/incident/incident.ts';

test('incidents are counted by weight, state and whether somebody took note, and none is a zero', () => {
  const incident = (severity: string, state: string, acknowledgedAt: number | null) =>
    ({ severity, state, acknowledgedAt }) as Incident;

  const [family] = incidentFigures([
    incident('critical', 'open', null),
    incident('critical', 'open', null),
    incident('warning', 'confirmed', 1),
  ]);

  const told = family?.samples.map((sample) => {
    const { labels, value } = sample as { labels: Record<string, string>; value: number };
    return `${labels.severity} ${labels.state} ${labels.acknowledged} ${value}`;
  });
  assert.equal(told?.length, 8);
  assert.deepEqual(
    told?.filter((line) => !line.endsWith(' 0')),
    ['critical open false 2', 'warning confirmed true 1'],
  );
});
