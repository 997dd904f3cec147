// What a mirror of the demo needs in its folder: a certificate, the keys of those who sign, a configuration.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import type { PlantedRepository } from './repository/repository.ts';

export interface MirrorHome {
  readonly caFile: string;
  readonly caPem: string;
  /** For `--config`. */
  readonly configFile: string;
}

/** `source` is the section of that name, or a list of such. `address` is where the mirror serves. */
export async function layMirrorHome(
  home: string,
  repository: PlantedRepository,
  source: unknown,
  { address, now }: { readonly address: string; readonly now: number },
): Promise<MirrorHome> {
  const made = await makeCertificate({ names: ['localhost'], addresses: [address], now, days: 7 });
  const [caFile, configFile] = [join(home, 'ca.pem'), join(home, 'assay.yaml')];
  writeFileSync(caFile, made.caPem);
  writeFileSync(join(home, 'certificate.pem'), made.certificatePem);
  writeFileSync(join(home, 'key.pem'), made.keyPem, { mode: 0o600 });
  writeKeyring(home, repository);
  mkdirSync(join(home, 'data'));
  writeFileSync(configFile, configuration(home, source, address));
  return { caFile, caPem: made.caPem, configFile };
}

function writeKeyring(home: string, repository: PlantedRepository): void {
  mkdirSync(join(home, 'keyring'));
  for (const { fingerprint, certificate } of repository.signers) {
    writeFileSync(join(home, 'keyring', `${fingerprint}.asc`), certificate);
  }
  writeFileSync(join(home, 'keysmap'), keysmap(repository));
}

/** Each group is signed by its key, or by nobody. */
function keysmap({ artifacts, signers }: PlantedRepository): string {
  const groups = new Map(artifacts.map(({ group }) => [group.group, group.signer]));
  const lines = [...groups].map(([group, signer]) => {
    const key = signer === null ? undefined : signers[signer];
    return `${group} = ${key === undefined ? 'noSig' : `0x${key.fingerprint}`}\n`;
  });
  return `# Which key may sign which coordinates, as pgpverify-maven-plugin has it.\n${lines.join('')}`;
}

/** JSON is YAML. */
function configuration(home: string, source: unknown, address: string): string {
  const file = (name: string) => JSON.stringify(join(home, name));
  return `# Made by the demo. A real one has the same keys: npm start -- check-config --schema
name: demo.example.org
contact: you@example.org
data: ${file('data')}
source: ${JSON.stringify(source, null, 2)}
verify:
  signatures: require
  keyring: ${file('keyring')}
  keysmap: ${file('keysmap')}
serve:
  listen: ["${address}:0"]
  processes: 1
  tls: { certificate: ${file('certificate.pem')}, key: ${file('key.pem')} }
  redirect_http: []
  access_log: ${file('access.log')}
stats: { logs: [{ kind: own }] }
`;
}

/** Passes begin when the story says so: this schedule names the 29th of February. */
export const BY_THE_STORY = { schedule: '0 0 29 2 *', jitter_seconds: 0, min_free_gib: 0.1 };
