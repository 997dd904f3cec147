// Three copies of the mirror's tree in strange hands, a round over them, and the mail that comes of it.

import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECOND } from '../host/clock.ts';
import { type FaultMirror, startFaultMirror } from './fault-mirror.ts';
import { type MailCatcher, startMailCatcher } from './mail-catcher.ts';
import { type CaughtText, readMail } from './mail-text.ts';
import type { CrawlReport, DemoMirror } from './mirror.ts';
import type { Plant } from './repository/origin-change.ts';
import { jarPath } from './repository/release.ts';
import { chooseArtifact, name, newestRelease } from './repository/untouched.ts';
import type { World } from './world.ts';

/** Something that is wrong with a copy. */
export interface MirrorPlant {
  readonly kind: 'lagging-mirror' | 'altered-jar' | 'short-jar' | 'stripped-signature' | 'page-for-file';
  readonly mirror: string;
  readonly title: string;
  readonly path: string;
  readonly verdict: 'lagging' | 'divergent' | 'truncated' | 'signature-stripped' | 'impostor-page';
  /** Paths beginning so get the same verdict there. */
  readonly dragsAlong: readonly string[];
}

export interface DemoCrawl {
  readonly plants: readonly MirrorPlant[];
  readonly report: CrawlReport;
  /** What people were told, in the order in which it came. */
  readonly mail: readonly CaughtText[];
}

export interface Onlookers extends AsyncDisposable {
  /** Visits all three. Appends the sections for that to the configuration of the mirror, for whoever wants to go on by hand. */
  crawl(night: readonly Plant[], signal: AbortSignal): Promise<DemoCrawl>;
}

/** The copies are made now; one of them stays as it is. Null for a mirror that cannot crawl. */
export async function openOnlookers(world: World, mirror: DemoMirror, address: string): Promise<Onlookers | null> {
  const { crawl } = mirror;
  if (crawl === null) return null;
  const published = join(world.home, 'data', 'published');
  const yesterday = join(world.home, 'yesterday');
  cpSync(published, yesterday, { recursive: true, preserveTimestamps: true });
  await using opened = new AsyncDisposableStack();
  const serve = async (folder: string): Promise<FaultMirror> => {
    const server = await startFaultMirror({ folder, address, tls: pairOf(world.home) });
    opened.defer(() => server.stop());
    return server;
  };
  const copies = { true: await serve(published), lagging: await serve(yesterday), tampered: await serve(published) };
  const catcher = await startMailCatcher({ address });
  opened.defer(() => catcher.stop());
  const life = opened.move();
  return {
    async crawl(night, signal) {
      const plants = [...lagging(night), ...tamper(copies.tampered, world)];
      appendFileSync(world.configFile, sections(copies, catcher, world.caFile));
      const report = await crawl(signal);
      return { plants, report, mail: catcher.caught.map(({ to, source }) => readMail(to, source)) };
    },
    [Symbol.asyncDispose]: () => life.disposeAsync(),
  };
}

function pairOf(home: string) {
  const read = (file: string) => readFileSync(join(home, file), 'utf8');
  return { certificatePem: read('certificate.pem'), keyPem: read('key.pem') };
}

/** A copy of yesterday lacks what came in the night, and everything that belongs to it. */
function lagging(night: readonly Plant[]): MirrorPlant[] {
  return night
    .filter(({ verdict }) => verdict === 'accepted')
    .map(({ path }) => ({
      ...{ kind: 'lagging-mirror', mirror: 'lagging', verdict: 'lagging', path },
      title: 'lagging serves the tree of yesterday',
      dragsAlong: [`${path.split('/').slice(0, -2).join('/')}/`],
    }));
}

function tamper(copy: FaultMirror, { repository }: World): MirrorPlant[] {
  const [altered, short, stripped, paged] = [
    chooseArtifact(repository, 'tidewheel:tidewheel-jdbc'),
    chooseArtifact(repository, 'org.lanternlight:lantern-core'),
    chooseArtifact(repository, 'org.lanternlight:lantern-http'),
    chooseArtifact(repository, 'org.clojars.marlow:ferry'),
  ].map((artifact) => ({ called: name(artifact), jar: jarPath(artifact, newestRelease(artifact).version) }));
  if (altered === undefined || short === undefined || stripped === undefined || paged === undefined) return [];
  const signature = `${stripped.jar}.asc`;
  const pom = paged.jar.replace(/\.jar$/, '.pom');
  copy.faults.set(altered.jar, { kind: 'altered-beside-claims' });
  copy.faults.set(short.jar, { kind: 'shorter', by: 100 });
  copy.faults.set(signature, { kind: 'status', status: 404 });
  copy.faults.set(pom, { kind: 'page' });
  const at = { mirror: 'tampered', dragsAlong: [] } as const;
  return [
    {
      ...{ ...at, kind: 'altered-jar', verdict: 'divergent', path: altered.jar },
      title: `tampered has one byte of ${altered.called} otherwise, beside genuine sums and headers`,
    },
    {
      ...{ ...at, kind: 'short-jar', verdict: 'truncated', path: short.jar },
      title: `the last 100 bytes of ${short.called} are missing there`,
    },
    {
      ...{ ...at, kind: 'stripped-signature', verdict: 'signature-stripped', path: signature },
      title: `the signature of ${stripped.called} is not there`,
    },
    {
      ...{ ...at, kind: 'page-for-file', verdict: 'impostor-page', path: pom },
      title: `and a web page, with status 200, for the POM of ${paged.called}`,
    },
  ];
}

/** What an operator would write. */
function sections(copies: Readonly<Record<string, FaultMirror>>, { url }: MailCatcher, caFile: string): string {
  const mirrors = Object.entries(copies).map(([called, copy]) => ({ name: called, url: copy.url, ca_file: caFile }));
  const crawl = { reask_seconds: PAUSE_MS / SECOND, schedule: '0 0 29 2 *' };
  const alerts = [{ name: 'ops', kind: 'mail', smtp: url, from: 'assay@demo.example.org', to: ['you@example.org'] }];
  return Object.entries({ mirrors, crawl, alerts })
    .map(([key, value]) => `${key}: ${JSON.stringify(value, null, 2)}\n`)
    .join('');
}

/** Between a doubt and the second look: a real round waits longer. */
const PAUSE_MS = SECOND / 2;
