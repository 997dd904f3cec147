import { z } from 'zod';
import { amount, cron, filePath } from '../format.ts';
import type { Frozen } from '../frozen.ts';

/** What a file must prove before it is published. */
export const verifySection = z.strictObject({
  upstream_sums: z
    .enum(['when-present', 'required', 'record'])
    .default('when-present')
    .describe(
      "The origin's own checksum files. `when-present`: they must match where there are any. `required`: a file without one is refused. `record`: a wrong one is published as it is, and is a finding.",
    ),
  settle_hours: amount()
    .default(2)
    .describe(
      'Hours that metadata is held back for a version which it names and the origin does not show yet: deployments take a while.',
    ),
  signatures: z
    .enum(['off', 'observe', 'require'])
    .default('observe')
    .describe(
      'OpenPGP and SSH signatures. `observe`: judged and told, never a reason to refuse. `require`: what the keysmap does not allow is refused; both files must be there then.',
    ),
  keyring: filePath()
    .default('/etc/assay/keyring')
    .describe('Folder of certificates, armored or binary, one or more in a file; `assay keys import` writes into it.'),
  keysmap: filePath()
    .default('/etc/assay/keysmap')
    .describe(
      'File that says which key may sign which coordinates, in the format of pgpverify-maven-plugin; `assay keys trust` adds to it.',
    ),
  allowed_signers: filePath()
    .nullable()
    .default(null)
    .describe(
      'File of SSH signers in the format of ssh-keygen, who may sign anything; null: SSH signatures are recorded only.',
    ),
  scrub_schedule: cron()
    .nullable()
    .default('43 3 * * 0')
    .describe(
      'When the daemon reads the whole published tree again beside the inventory: cron, UTC; null: never, `assay verify` alone does it. Bit-rot shows nowhere else.',
    ),
  scrub_mib_per_second: amount()
    .default(20)
    .describe('How fast a scrub may read, MiB per second, so that serving does not feel it; 0: as fast as the disk.'),
  scrub_repair: z
    .boolean()
    .default(true)
    .describe(
      'The scheduled scrub fetches what is damaged or missing again, with the very digest that was published. Foreign files are left to `assay verify --repair`.',
    ),
  quarantine_max_gib: amount()
    .default(20)
    .describe(
      'Ceiling of the quarantine folder in GiB; beyond, the oldest bytes go and their notes stay. 0: only notes are kept. Against a source that fills the disk.',
    ),
});

export type VerifyConfig = Frozen<z.output<typeof verifySection>>;
