import { z } from 'zod';
import { digestShape, instantShape } from './envelope.ts';
import { findingShape } from './finding.ts';

const count = z.int().min(0);

/** One trouble over time. */
export const incidentShape = z.strictObject({
  id: z.string(),
  state: z.enum(['open', 'confirmed', 'resolved']),
  severity: z.enum(['critical', 'warning', 'notice']),
  verdict: z.string(),
  blame: z.enum(['mirror', 'origin', 'publisher', 'network', 'self', 'unknown']),
  mirror: z.string().nullable().describe('Where it was seen first; null: in our own tree.'),
  path: z.string().nullable(),
  expected_sha256: digestShape.nullable(),
  observed_sha256: digestShape.nullable(),
  why: z.string(),
  opened_at: instantShape,
  confirmed_at: instantShape.nullable(),
  last_seen_at: instantShape,
  resolved_at: instantShape.nullable(),
  sightings: count.describe('Rounds or passes that saw it.'),
  findings: count.describe('Findings that were gathered into it.'),
  acknowledged_at: instantShape.nullable(),
  acknowledged_by: z.string().nullable(),
  note: z.string().nullable(),
});

/** `assay incidents list` and `/-/incidents`. */
export const incidentsShape = z.strictObject({
  incidents: z
    .array(incidentShape)
    .describe('Those that stand, the newest first; with --all also those that are over.'),
});

/** `assay incidents show ID` and `/-/incidents/ID`. */
export const incidentPageShape = z.strictObject({
  incident: incidentShape,
  timeline: z.array(
    z.strictObject({
      at: instantShape,
      kind: z.enum(['opened', 'reopened', 'confirmed', 'grew', 'acknowledged', 'resolved']),
      detail: z.string(),
    }),
  ),
  evidence: z.array(findingShape).describe('At most 50, the newest first.'),
  told: z.array(z.strictObject({ channel: z.string(), at: instantShape, over: z.boolean() })),
});

export type IncidentsResult = z.infer<typeof incidentsShape>;
export type IncidentPage = z.infer<typeof incidentPageShape>;

/** `assay alerts test`. */
export const alertsTestShape = z.strictObject({
  channels: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['mail', 'webhook', 'alertmanager']),
      sent: z.boolean(),
      reason: z.string().nullable().describe('Why not.'),
    }),
  ),
});

export type AlertsTestResult = z.infer<typeof alertsTestShape>;
