// A whole small world on this machine: a canonical repository, a real rsync daemon in front of it, a certificate, and a configuration for the
// mirror. All of it lives in one temporary folder and is gone when the world is closed.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { makeRepository, type PlantedRepository } from './repository/repository.ts';
import { type RsyncDaemon, startRsyncDaemon } from './rsync-daemon.ts';

export { type CertificateOptions, type MadeCertificate, makeCertificate } from './certificate.ts';
export { freePort, ownLoopbackAddress } from './loopback.ts';
export {
  type Answer,
  type ChangeOptions,
  forgeSignature,
  type Plant,
  publishRelease,
  publishWithWrongSums,
  rewriteRelease,
  runMetadataAhead,
} from './repository/origin-change.ts';
export { makeRepository, type PlantedRepository, type RepositoryOptions } from './repository/repository.ts';
export { type RsyncDaemon, type RsyncDaemonOptions, startRsyncDaemon } from './rsync-daemon.ts';

export interface WorldOptions {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** 60 if not said. */
  readonly artifacts?: number;
  /** Where the mirror will serve, a loopback address. */
  readonly address: string;
}

export interface World {
  /** The temporary folder that holds everything else. */
  readonly home: string;
  readonly repository: PlantedRepository;
  readonly origin: RsyncDaemon;
  readonly caFile: string;
  readonly caPem: string;
  /** For `--config`. */
  readonly configFile: string;
  /** Ends the rsync daemon and removes the folder. Whoever runs a mirror in it has to stop that first. May be called twice. */
  close(): Promise<void>;
}

const MODULE = 'maven';

/** Makes the world; when it cannot, or when `signal` is aborted meanwhile, nothing of it is left. Throws what its parts throw. */
export async function openWorld(options: WorldOptions, signal: AbortSignal): Promise<World> {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'assay-demo-'));
  const life = new AbortController();
  let origin: RsyncDaemon | null = null;
  const close = async (): Promise<void> => {
    life.abort();
    await origin?.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const folder = join(home, 'origin');
    mkdirSync(folder);
    const repository = await makeRepository(folder, options);
    signal.throwIfAborted();
    const caPem = await writeCertificate(home, options);
    writeKeyring(home, repository);
    // Not given `signal`: whatever ends the demo, the mirror is stopped before its origin.
    origin = await startRsyncDaemon({ folder, module: MODULE }, life.signal);
    signal.throwIfAborted();
    mkdirSync(join(home, 'data'));
    const configFile = join(home, 'assay.yaml');
    writeFileSync(configFile, configuration(home, origin.url, options.address));
    return { home, repository, origin, caFile: join(home, 'ca.pem'), caPem, configFile, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function writeCertificate(home: string, { address, now }: WorldOptions): Promise<string> {
  const made = await makeCertificate({ names: ['localhost'], addresses: [address], now, days: 7 });
  writeFileSync(join(home, 'ca.pem'), made.caPem);
  writeFileSync(join(home, 'certificate.pem'), made.certificatePem);
  writeFileSync(join(home, 'key.pem'), made.keyPem, { mode: 0o600 });
  return made.caPem;
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

/** Its passes begin when the story says so: the schedule names the 29th of February. A JSON string is a YAML string. */
function configuration(home: string, origin: string, address: string): string {
  const file = (name: string) => JSON.stringify(join(home, name));
  return `# Made by the demo. A real one has the same keys: npm start -- check-config --schema
name: demo.example.org
contact: you@example.org
data: ${file('data')}
source:
  kind: rsync
  url: ${JSON.stringify(origin)}
  schedule: "0 0 29 2 *"
  jitter_seconds: 0
  min_free_gib: 0.1
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
`;
}
