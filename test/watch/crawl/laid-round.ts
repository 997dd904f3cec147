// A tree, an inventory of it, mirrors that serve it with faults, and rounds over them.

import { hash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Fault, type FaultMirror, startFaultMirror } from '../../../src/demo/fault-mirror.ts';
import type { Finding } from '../../../src/finding/finding.ts';
import { findingSchema, openFindings } from '../../../src/finding/record.ts';
import { DAY, HOUR, systemClock } from '../../../src/host/clock.ts';
import type { HttpOptions } from '../../../src/host/http.ts';
import { locate } from '../../../src/maven/layout.ts';
import { openTakedowns } from '../../../src/mirror/inventory/store.ts';
import { migrate } from '../../../src/state/migrate.ts';
import {
  type Host,
  inventoryReference,
  openCrawlStore,
  type RoundOptions,
  type RoundRoom,
  type RoundSummary,
  runRound,
} from '../../../src/watch/crawl/round.ts';
import { crawlSchema } from '../../../src/watch/crawl/schema.ts';
import { client, LOOPBACK } from '../../host/http-peer.ts';
import { layInventory, pendingRow } from '../../mirror/inventory/laid.ts';
import { temporaryFolder } from '../../support/folder.ts';

export const MIB = 1024 * 1024;
export const JAR = 'org/example/tool/1.0/tool-1.0.jar';
export const METADATA = 'org/example/tool/maven-metadata.xml';
const NEVER = new AbortController().signal;

/** Two versions of one artifact and one of another, with sums and a signature, and metadata. */
export function smallTree(): Map<string, string> {
  const tree = new Map<string, string>();
  const put = (path: string, bytes: string) => {
    tree.set(path, bytes);
    tree.set(`${path}.sha1`, hash('sha1', bytes));
    tree.set(`${path}.md5`, hash('md5', bytes));
  };
  for (const [artifact, version] of [
    ['tool', '1.0'],
    ['tool', '1.1'],
    ['other', '2.0'],
  ]) {
    const stem = `org/example/${artifact}/${version}/${artifact}-${version}`;
    put(`${stem}.pom`, `<project><artifactId>${artifact}</artifactId><version>${version}</version></project>`);
    put(`${stem}.jar`, `bytes of ${artifact} ${version}: ${'x'.repeat(3000)}`);
    tree.set(`${stem}.jar.asc`, `signature of ${artifact} ${version}`);
  }
  put(METADATA, metadataOf('tool', '20261120100000', '1.0', '1.1'));
  put('org/example/other/maven-metadata.xml', metadataOf('other', '20261120100000', '2.0'));
  return tree;
}

export function metadataOf(artifact: string, lastUpdated: string, ...versions: string[]): string {
  const list = versions.map((version) => `<version>${version}</version>`).join('');
  return `<metadata><groupId>org.example</groupId><artifactId>${artifact}</artifactId><versioning><versions>${list}</versions><lastUpdated>${lastUpdated}</lastUpdated></versioning></metadata>`;
}

export interface LaidRound extends ReturnType<typeof lay> {}

/** Published two days ago, if not said. */
export function lay(t: Pick<TestContext, 'after'>, tree = smallTree(), http: Partial<HttpOptions> = {}) {
  const laid = layInventory(t);
  migrate(laid.database, [findingSchema, crawlSchema]);
  const folder = temporaryFolder(t);
  writeTree(folder, tree);
  const rowOf = (path: string, bytes: string, at: number) => {
    const place = locate(path);
    return pendingRow(path, bytes, {
      kind: place.kind,
      keepsDigest: !place.mutable,
      lastVerified: at,
      originMtime: at,
    });
  };
  const publish = (files: Iterable<[string, string]>, at: number, generation = 1) =>
    laid.admit(
      [...files].map(([path, bytes]) => rowOf(path, bytes, at)),
      generation,
    );
  publish(tree, Date.now() - 2 * DAY);
  const findings = openFindings(laid.database);
  const found: Finding[] = [];
  const room: RoundRoom = {
    store: openCrawlStore(laid.database),
    reference: inventoryReference(
      laid.inventory,
      openTakedowns(laid.database),
      async (path, size) => hash('sha256', readFileSync(join(folder, path)).subarray(0, size)),
      0,
    ),
    findings,
    http: client(t, http),
    clock: systemClock,
    signatures: null,
    popular: () => [],
    tell: (finding, _round, now) => {
      found.push(finding);
      findings.stand(finding, now);
    },
  };
  return { ...laid, tree, published: folder, publish, room, findings, found };
}

export function writeTree(folder: string, tree: ReadonlyMap<string, string>): void {
  for (const [path, bytes] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

export async function faulty(
  t: Pick<TestContext, 'after'>,
  folder: string,
  faults: Readonly<Record<string, Fault>> = {},
  options: { readonly tls?: { certificatePem: string; keyPem: string } } = {},
): Promise<FaultMirror> {
  const mirror = await startFaultMirror({ folder, address: LOOPBACK, ...options });
  t.after(() => mirror.stop());
  for (const [path, fault] of Object.entries(faults)) mirror.faults.set(path, fault);
  return mirror;
}

/** A folder that was copied before it changed. */
export function copyOf(t: Pick<TestContext, 'after'>, folder: string): string {
  const copy = temporaryFolder(t);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

export function host(name: string, url: string, change: Partial<Host> = {}): Host {
  return {
    name,
    url,
    ca: null,
    redirectsToPrivate: false,
    role: 'mirror',
    publicKeys: [],
    wants: () => true,
    budget: { connections: 2, requestsPerDay: 20_000, bytesPerDay: 2000 * MIB },
    ...change,
  };
}

export function roundOptions(hosts: readonly Host[], change: Partial<RoundOptions> = {}): RoundOptions {
  return {
    hosts,
    known: hosts,
    depth: 'sums',
    sample: null,
    prefix: '',
    roundsPerDay: 1,
    lagMs: 6 * HOUR,
    pauseMs: 20,
    vantage: 'test.example.org',
    seed: 'seed',
    origin: { isUp: true, freshAt: Date.now() - HOUR },
    historyMs: 90 * DAY,
    ...change,
  };
}

export function crawl(
  laid: { readonly room: RoundRoom },
  hosts: readonly Host[],
  change: Partial<RoundOptions> = {},
): Promise<RoundSummary> {
  return runRound(roundOptions(hosts, change), laid.room, () => undefined, NEVER);
}

/** `verdict mirror path`, in order. */
export function brief(found: readonly Finding[]): string[] {
  return found.map(({ verdict, mirror, path }) => `${verdict} ${mirror} ${path}`).sort();
}
