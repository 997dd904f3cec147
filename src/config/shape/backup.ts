import { z } from 'zod';
import { instantShape } from './envelope.ts';

const count = z.int().min(0);
const ofBackup = {
  file: z.string().describe('Absolute.'),
  made_at: instantShape.describe('What the backup holds is as it was then.'),
  generation: count,
  files: count.describe('In the inventory.'),
};

export const backupShape = z.strictObject({
  ...ofBackup,
  bytes: count.describe('Of the backup.'),
  lineage: z.string(),
});

export const restoreShape = z.strictObject({
  ...ofBackup,
  lineage: z.string().describe('The new one: cursors of the old one are void.'),
  kept_as: z.array(z.string()).describe('Names, beside the new files, of what they replaced.'),
});

export type BackupResult = z.infer<typeof backupShape>;
export type RestoreResult = z.infer<typeof restoreShape>;
