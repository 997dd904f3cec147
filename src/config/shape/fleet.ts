import { z } from 'zod';
import { crawledShape } from './crawl.ts';
import { instantShape } from './envelope.ts';
import { incidentShape } from './incident.ts';

const count = z.int().min(0);
const seconds = z.number().min(0);

const lagShape = z.array(
  z.strictObject({ at: instantShape, behind_seconds: seconds.nullable().describe('Null: its answers did not show.') }),
);

/** One mirror as it is known here, from rounds of our own and from what it reports or others told of it. */
export const mirrorStandingShape = z.strictObject({
  name: z.string(),
  url: z.string(),
  role: z.enum(['mirror', 'origin']),
  country: z.string().nullable(),
  operated_by: z.string().nullable(),
  state: z
    .enum(['good', 'probation', 'bad', 'unchecked', 'never'])
    .describe('As rounds found it; `never`: none has visited it. Without rounds as the list of mirrors has it.'),
  since: instantShape.nullable(),
  reason: z.string(),
  checked_at: instantShape.nullable().describe('When it was last visited.'),
  answered_at: instantShape.nullable().describe('When it last answered.'),
  reported_at: instantShape.nullable().describe('When its last report came; null: it does not report to us.'),
  behind_seconds: seconds.nullable().describe('Null: not known.'),
  verdicts: z.record(z.string(), count).describe('Answers of the last visit by verdict.'),
  claims: count.describe('Of the last visit: answers that were believed.'),
  proofs: count.describe('Of the last visit: bodies that were read and hashed.'),
  troubles: count.describe('Incidents that stand against it.'),
  critical: count.describe('Of these, the critical ones.'),
  lag: lagShape.describe('Of the last two days, oldest first, at most 48.'),
});

/** `/-/fleet.json`. */
export const fleetShape = z.strictObject({ mirrors: z.array(mirrorStandingShape) });

/** `/-/mirrors/NAME.json`. */
export const mirrorPageShape = z.strictObject({
  mirror: mirrorStandingShape,
  last: crawledShape.nullable().describe('What its last visit came to.'),
  visits: z
    .array(
      z.strictObject({
        round: count,
        at: instantShape,
        ended: z.string(),
        health: z.string(),
        behind_seconds: seconds.nullable(),
        claims: count,
        proofs: count,
        troubles: count,
        verdicts: z.record(z.string(), count).describe('Empty where nothing was wrong.'),
      }),
    )
    .describe('The newest first, at most 100.'),
  incidents: z.array(incidentShape).describe('That stand against it.'),
});

/** `/-/passes.json`. */
export const passesShape = z.strictObject({
  passes: z
    .array(
      z.strictObject({
        pass: count,
        started_at: instantShape,
        ended_at: instantShape.nullable(),
        outcome: z.string().describe('`clean`, `could-not`, `stopped`, `running`.'),
        sentence: z.string(),
        generation: count.nullable(),
        listed: count.nullable(),
        added: count.nullable(),
        changed: count.nullable(),
        removed: count.nullable(),
        bytes_fetched: count.nullable(),
      }),
    )
    .describe('The newest first, at most 200.'),
});

/** `/-/rounds.json`. */
export const roundsShape = z.strictObject({
  rounds: z
    .array(
      z.strictObject({
        round: count,
        started_at: instantShape,
        ended_at: instantShape.nullable(),
        outcome: z.enum(['complete', 'stopped', 'running']),
        depth: z.enum(['sums', 'full']),
        generation: count,
        mirrors: count.describe('That were visited.'),
        troubled: count.describe('Of these, those that were in trouble.'),
        claims: count,
        proofs: count,
        troubles: count.describe('Answers that were trouble.'),
      }),
    )
    .describe('The newest first, at most 200.'),
  cannot_see: z.string(),
});

export type MirrorStanding = z.infer<typeof mirrorStandingShape>;
export type MirrorPage = z.infer<typeof mirrorPageShape>;
export type PassesResult = z.infer<typeof passesShape>;
export type RoundsResult = z.infer<typeof roundsShape>;
