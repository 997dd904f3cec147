// What stands round the machine: the origin that it mirrors, and the authority that certifies it. Real programs, in its network.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeCertificate, makeRepository, type PlantedRepository } from '../../src/demo/world.ts';
import { systemClock } from '../../src/host/clock.ts';
import type { Machine } from './machine.ts';

export interface Neighbourhood {
  readonly repository: PlantedRepository;
  readonly sourceUrl: string;
  readonly acmeUrl: string;
  /** PEM file under which the directory of the authority itself is reached. */
  readonly acmeCaFile: string;
  /** PEM file of the authority that the machine's certificate comes from. */
  readonly caFile: string;
}

const TRIES = 200;

export async function openNeighbourhood(machine: Machine, home: string, refused: string): Promise<Neighbourhood> {
  const folder = join(home, 'origin');
  mkdirSync(folder);
  const repository = await makeRepository(folder, { seed: 1, now: systemClock.now(), artifacts: 12 });
  const conf = `use chroot = no\naddress = 127.0.0.1\nport = 8730\n[repo]\npath = ${folder}\nread only = yes\n`;
  writeFileSync(join(home, 'rsyncd.conf'), conf);
  machine.start('rsync', ['--daemon', '--no-detach', `--config=${join(home, 'rsyncd.conf')}`]);
  return { repository, sourceUrl: 'rsync://127.0.0.1:8730/repo/', ...(await startAuthority(machine, home, refused)) };
}

async function startAuthority(machine: Machine, home: string, refused: string) {
  const made = await makeCertificate({
    names: ['localhost'],
    addresses: ['127.0.0.1'],
    now: systemClock.now(),
    days: 30,
  });
  const [certificate, privateKey, acmeCaFile] = ['acme.pem', 'acme.key', 'acme-ca.pem'].map((name) => join(home, name));
  writeFileSync(certificate ?? '', made.certificatePem);
  writeFileSync(privateKey ?? '', made.keyPem);
  writeFileSync(acmeCaFile ?? '', made.caPem);
  const pebble = {
    ...{ listenAddress: '127.0.0.1:14000', managementListenAddress: '127.0.0.1:15000', certificate, privateKey },
    ...{ httpPort: 80, tlsPort: 443, ocspResponderURL: '', domainBlocklist: [refused] },
  };
  writeFileSync(join(home, 'pebble.json'), JSON.stringify({ pebble }));
  machine.start('pebble', ['-config', join(home, 'pebble.json')], { env: { PEBBLE_VA_NOSLEEP: '1' } });
  const caFile = join(home, 'ca.pem');
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { status } = await machine.run(
      'curl',
      '-sfo',
      caFile,
      '--cacert',
      acmeCaFile ?? '',
      'https://127.0.0.1:15000/roots/0',
    );
    if (status === 0) return { acmeUrl: 'https://127.0.0.1:14000/dir', acmeCaFile: acmeCaFile ?? '', caFile };
    await wait(100);
  }
  throw new Error('pebble did not start');
}
