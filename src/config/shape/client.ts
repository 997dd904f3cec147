import { z } from 'zod';
import { digestShape } from './envelope.ts';

export const triedShape = z.strictObject({
  artifact: z
    .string()
    .nullable()
    .describe('GROUP:ARTIFACT:VERSION that the tool was made to fetch; null: nothing was named, and nothing found.'),
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

const claim = z.strictObject({
  against: z.string().describe('Base URL of the installation.'),
  sha256: digestShape.nullable().describe('Of what it publishes under that path; null: nothing.'),
});

const checkedFile = z.strictObject({
  path: z.string(),
  repository: z.string().describe('The ID by which it came.'),
  sha256: digestShape.describe('Of the file here.'),
  claims: z.array(claim),
});

/** What `check` gives. */
export const checkShape = z.strictObject({
  folder: z.string(),
  repositories: z.array(z.string()),
  by_path: z.boolean().describe('Each path was asked for by its name.'),
  files: z.int().min(0).describe('Files that came from these repositories.'),
  same: z.int().min(0).describe('As all those publish them that have the path.'),
  differs: z.array(checkedFile).describe('Somebody publishes other bytes under that path.'),
  unknown: z.array(checkedFile).describe('Nobody publishes anything under that path.'),
  only_one: z.array(checkedFile).describe('One alone has the path, with these bytes; others do not know it.'),
  elsewhere: z
    .record(z.string(), z.int())
    .describe('Files from other repositories, not looked at; under no name: installed here.'),
  against: z.array(
    z.strictObject({
      url: z.string(),
      name: z.string().nullable(),
      lineage: z.string().nullable(),
      generation: z.int().nullable(),
      rows: z.int().describe('Rows that were read; 0: it could not be read.'),
      public_key: z.string().nullable().describe('That signed every page; null: unsigned.'),
      pinned: z.boolean().describe('The key was named on the command line.'),
    }),
  ),
  reported: z.boolean().describe('The evidence is with the primary.'),
});

export type CheckResult = z.infer<typeof checkShape>;
