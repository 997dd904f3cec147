// A server of the planted tree on a loopback port of its own, and a certificate for it.

import { writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type MadeCertificate, makeCertificate } from '../../../src/demo/certificate.ts';
import type { TlsFiles } from '../../../src/mirror/serve/certificate.ts';
import { type RunningServer, type ServeOptions, startServer } from '../../../src/mirror/serve/server.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type Planted, plant } from './planted.ts';

export interface Running {
  readonly planted: Planted;
  readonly server: RunningServer;
}

/** Starts it; it is stopped when the test ends. `change` adapts what was planted. */
export async function serve(
  t: Pick<TestContext, 'after'>,
  options: Partial<ServeOptions> = {},
  change: (planted: Planted) => Partial<Planted['rooms']> = () => ({}),
): Promise<Running> {
  const planted = plant(t);
  const rooms = { ...planted.rooms, ...change(planted) };
  const all = { ...serveOptions(planted), ...options };
  const server = await startServer(all, rooms, new AbortController().signal);
  t.after(() => server.stop(0));
  return { planted, server };
}

/** On a free port of loopback, over plain HTTP. */
export function serveOptions(planted: Planted): ServeOptions {
  return {
    ...planted.site,
    listen: ['127.0.0.1:0'],
    redirectFrom: [],
    challenges: planted.site.published,
    reusePort: false,
    tls: null,
  };
}

export interface CertificateFiles extends TlsFiles {
  /** What a client has to trust. */
  caPem: string;
  /** Puts another pair in the same two files. */
  renew(): Promise<void>;
}

export async function certificateFiles(t: Pick<TestContext, 'after'>, now = Date.now()): Promise<CertificateFiles> {
  const folder = temporaryFolder(t);
  const files: CertificateFiles = {
    certificate: `${folder}/certificate.pem`,
    key: `${folder}/key.pem`,
    profile: 'modern',
    also: [],
    caPem: '',
    renew: async () => {
      files.caPem = put(
        await makeCertificate({ names: ['mirror.example.org'], addresses: ['127.0.0.1'], now, days: 2 }),
      );
    },
  };
  const put = (made: MadeCertificate) => {
    writeFileSync(files.certificate, made.certificatePem);
    writeFileSync(files.key, made.keyPem);
    return made.caPem;
  };
  await files.renew();
  return files;
}
