// A mirror whose origin has gone, as a build tool meets it: what Debian packages of Maven artifacts is its repository, and more that real
// repositories have. Its settings come from `assay client-config`, as a person would write them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { serve } from '../../src/compose/serve-process.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeCertificate } from '../../src/demo/certificate.ts';
import { systemClock } from '../../src/host/clock.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Front, startNowhere } from '../support/front.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';

/** Maven blocks plain HTTP at any other address of this machine. */
const HOST = '127.0.0.1';

export interface ClientWorld {
  readonly mirror: Mirror;
  /** Base URLs with a slash. They stay the same over restarts. */
  readonly http: string;
  readonly https: string;
  readonly caFile: string;
  readonly tls: { readonly cert: string; readonly key: string };
  /** Where every request ends that goes to anything but this machine's own addresses: tools are told that it is their proxy. */
  readonly outside: Front;
  /** The mirror is stopped and started again; its origin stays where it is: gone. */
  restart(): Promise<void>;
  /** What `assay client-config TOOL WORDS --write` makes of a file that is not there. */
  settings(file: string, tool: string, ...words: string[]): Promise<string>;
}

/** `fill` makes the origin, before it is mirrored once and goes away. */
export async function makeClientWorld(
  t: Pick<TestContext, 'after'>,
  fill: (mirror: Mirror) => void,
): Promise<ClientWorld> {
  let goAway = async () => {};
  const mirror = await startMirror(t, {
    front: async (daemon) => {
      const proxy = await startFaultProxy(daemon);
      goAway = () => proxy.stop();
      return `rsync://${proxy.host}:${proxy.port}/repo/`;
    },
  });
  fill(mirror);
  const synced = await mirror.sync();
  await goAway();
  if (synced.exit !== 0) throw new Error(JSON.stringify(synced).slice(0, 2000));
  const made = await makeCertificate({
    names: ['mirror.example.org'],
    addresses: [HOST],
    now: systemClock.now(),
    days: 1,
  });
  const home = temporaryFolder(t);
  const files = { ca: join(home, 'ca.pem'), certificate: join(home, 'cert.pem'), key: join(home, 'key.pem') };
  writeFileSync(files.ca, made.caPem);
  writeFileSync(files.certificate, made.certificatePem);
  writeFileSync(files.key, made.keyPem);
  const plain = await servers(t, mirror, null);
  const secure = await servers(t, mirror, files);
  return {
    mirror,
    http: plain.url,
    https: secure.url,
    caFile: files.ca,
    tls: { cert: made.certificatePem, key: made.keyPem },
    outside: await startNowhere(t),
    restart: async () => {
      await plain.restart();
      await secure.restart();
    },
    settings: async (file, tool, ...words) => {
      const told = await mirror.verb('client-config', tool, ...words, '--write', '--file', file);
      if (told.exit !== 0) throw new Error(JSON.stringify(told.problems));
      return readFileSync(file, 'utf8');
    },
  };
}

/** One world for all tests of a file: what takes long is the tools. `end` belongs into the outermost suite. */
export function sharedWorld(fill: (mirror: Mirror) => void): { world(): Promise<ClientWorld>; end(): Promise<void> } {
  const endings: (() => unknown)[] = [];
  let made: Promise<ClientWorld> | undefined;
  return {
    world: () => {
      made ??= makeClientWorld({ after: (end) => void endings.push(end as () => unknown) }, fill);
      return made;
    },
    end: async () => {
      for (const end of endings.toReversed()) await end();
    },
  };
}

/** One server that keeps its address. */
async function servers(
  t: Pick<TestContext, 'after'>,
  mirror: Mirror,
  files: { readonly certificate: string; readonly key: string } | null,
): Promise<{ url: string; restart(): Promise<void> }> {
  const loaded = loadConfig(mirror.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const { config } = loaded;
  const tls = files === null ? null : { ...files, also: [], profile: 'modern' as const };
  const start = (listen: string) =>
    serve({ config, listen: [listen], tls, reusePort: false, logLevel: 'error' }, new AbortController().signal);
  let server = await start(`${HOST}:0`);
  t.after(() => server.stop(0));
  const { url } = server;
  const { host } = new URL(url);
  return {
    url,
    restart: async () => {
      await server.stop(0);
      server = await start(host);
    },
  };
}

/** What the mirror has under a path. */
export function published(world: ClientWorld, path: string): Buffer {
  return readFileSync(join(world.mirror.data, 'published', path));
}
