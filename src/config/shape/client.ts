import { z } from 'zod';
import { digestShape } from './envelope.ts';

export const triedShape = z.strictObject({
  artifact: z.string().describe('GROUP:ARTIFACT:VERSION that the tool was made to fetch.'),
  outcome: z.enum(['same', 'differs', 'failed']).describe('`same`: the tool has the very bytes that the mirror sends.'),
  sentence: z.string(),
  mirror: z.string().nullable().describe('The mirror that the bytes were compared with.'),
  sha256: digestShape.nullable().describe('Of what the tool has.'),
  lines: z.array(z.string()).describe('The last lines that the tool wrote, where it failed.'),
});

/** What `client-config` gives. */
export const clientConfigShape = z.strictObject({
  tool: z.enum(['maven', 'leiningen', 'deps', 'gradle', 'boot']),
  mode: z.enum(['prefer', 'outage', 'restore']),
  mirrors: z.array(z.string()).describe('Base URLs, the preferred one first.'),
  repositories: z.array(z.string()).describe('Repositories that they stand for.'),
  file: z.string().describe('The file that the tool reads.'),
  text: z.string().nullable().describe('What stands in it, or would; null: there would be no file.'),
  written: z.boolean().describe('Whether anything was changed.'),
  backup: z.string().nullable().describe('The copy of what was there before.'),
  tried: triedShape.nullable(),
});

export type ClientConfigResult = z.infer<typeof clientConfigShape>;
export type TriedResult = z.infer<typeof triedShape>;
