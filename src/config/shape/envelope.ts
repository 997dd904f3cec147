import { z } from 'zod';

/** One thing that went wrong or wants a look, as `--json` tells it. `code` is for programs and stands in README; the rest is for people. */
export const problemShape = z.strictObject({
  code: z.string().describe('Stable word for programs; README lists every one with its meaning.'),
  sentence: z.string().describe('What is wrong, for people.'),
  remedy: z.string().nullable().describe('What to do next, or null.'),
  path: z.string().nullable().describe('The file, configuration key or repository path that the sentence is about.'),
});

export const instantShape = z.iso.datetime({ precision: 3 }).describe('UTC, 2026-11-21T01:30:00.000Z.');
export const digestShape = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256, lower-case hexadecimal.');

/** What every verb prints with `--json`: one object, nothing else on standard output. */
export function envelopeShape<Result extends z.ZodType>(result: Result) {
  return z.strictObject({
    assay: z.literal(1).describe('Version of this shape.'),
    verb: z.string().describe('`sync`, `quarantine list`, ...'),
    exit: z.int().min(0).max(255).describe('The exit status of the process.'),
    started_at: instantShape,
    ended_at: instantShape,
    result: result.nullable().describe('What the verb found or did; null when it could not begin.'),
    problems: z.array(problemShape),
  });
}

export type Problem = z.infer<typeof problemShape>;
