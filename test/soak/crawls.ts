// Rounds over mirrors with faults of chance. What is planted is visible, so each round has to find all of it, with its verdict, and nothing else; and what
// was mended has to stand no more.

import { hash } from 'node:crypto';
import type { Fault, FaultMirror } from '../../src/demo/fault-mirror.ts';
import { type Random, seededRandom } from '../../src/demo/repository/random.ts';
import type { StandingFinding } from '../../src/finding/record.ts';
import { systemClock } from '../../src/host/clock.ts';
import { openHttp } from '../../src/host/http.ts';
import { migrate } from '../../src/state/migrate.ts';
import { incidentSchema, openIncidents } from '../../src/watch/incident/incident.ts';
import { crawl, faulty, host, lay } from '../watch/crawl/laid-round.ts';
import { type Endured, tellProgress } from './tell.ts';

interface Planted {
  /** Empty: the whole mirror. */
  readonly path: string;
  readonly fault: Fault;
  /** Empty: nobody is to blame. */
  readonly verdict: string;
}

type FileFault = readonly [suffix: string, fault: Fault, verdict: string];
type WholeFault = readonly [fault: Fault, verdict: string];

const MIRRORS = ['alpha', 'beta', 'gamma'];
const ARTIFACTS = 8;
const VERSIONS = 3;
const MOST_FAULTS = 3;
const NOWHERE = 'http://127.0.0.1:1/x';

/** Of a jar, a checksum file or a signature; each shows one verdict and touches nothing beside it. */
const FAULTS: readonly [FileFault, ...FileFault[]] = [
  ['', { kind: 'altered' }, 'divergent'],
  ['', { kind: 'altered-beside-claims' }, 'divergent'],
  ['', { kind: 'cut', after: 100 }, 'truncated'],
  ['', { kind: 'shorter', by: 100 }, 'truncated'],
  ['', { kind: 'padded', by: 100 }, 'oversize'],
  ['', { kind: 'page' }, 'impostor-page'],
  ['', { kind: 'status', status: 404 }, 'missing'],
  ['', { kind: 'wrong-sum-header' }, 'header-wrong'],
  ['', { kind: 'redirect', to: NOWHERE }, 'unreachable'],
  ['.sha1', { kind: 'bytes', bytes: 'f'.repeat(40) }, 'sidecar-wrong'],
  ['.asc', { kind: 'status', status: 404 }, 'signature-stripped'],
  ['.asc', { kind: 'altered' }, 'signature-changed'],
];
/** Of a whole mirror. One that asks for quiet is blamed for nothing. */
const WHOLE: readonly [WholeFault, ...WholeFault[]] = [
  [{ kind: 'hang-up' }, 'unreachable'],
  [{ kind: 'status', status: 429, headers: { 'retry-after': '3600' } }, ''],
];
const INTEGRITY = /^(divergent|truncated|oversize|impostor-page|header-wrong|sidecar-wrong|signature-.*)$/;

/** `count` rounds over three mirrors at fault and a true one. */
export async function crawlRounds(seed: number, count: number, signal: AbortSignal): Promise<Endured[]> {
  if (count === 0) return [];
  await using cleanUp = new AsyncDisposableStack();
  const life = { after: (work: () => unknown) => void cleanUp.defer(async () => void (await work())) };
  const laid = lay(life as never, tree());
  migrate(laid.database, [incidentSchema]);
  const incidents = openIncidents(laid.database, laid.findings, () => undefined);
  const mirrors = new Map<string, FaultMirror>();
  for (const name of [...MIRRORS, 'true']) mirrors.set(name, await faulty(life as never, laid.published));
  const endured: Endured[] = [];
  while (endured.length < count && !signal.aborted) {
    const random = seededRandom(`soak ${seed} crawl ${endured.length}`);
    const plants = new Map(MIRRORS.map((name) => [name, plantsFor(random, laid.tree)]));
    for (const [name, planted] of plants) {
      const { faults } = mirrors.get(name) as FaultMirror;
      faults.clear();
      for (const { path, fault } of planted) faults.set(path, fault);
    }
    const begun = performance.now();
    await using http = openHttp({ userAgent: 'assay/soak', clock: systemClock, chance: () => 0 });
    const found: string[] = [];
    const tell: typeof laid.room.tell = (finding, round, now) => {
      found.push(`${finding.verdict} ${finding.mirror} ${finding.path ?? ''}`);
      incidents.tell(finding, `round ${round}`, now);
    };
    const hosts = [...mirrors].map(([name, { url }]) => host(name, url));
    const summary = await crawl({ room: { ...laid.room, http, tell } }, hosts);
    incidents.reconcile(Date.now());
    const faults = [
      ...differences(found, expected(plants)),
      ...summary.mirrors.flatMap(({ name, health }) => healthFaults(name, health.state, plants.get(name) ?? [])),
      ...laid.findings.standing().flatMap((finding) => strangers(finding, plants)),
      ...incidents.standing().flatMap(({ id }) => orphans(id, laid.findings.standing())),
    ];
    endured.push({
      place: `${[...plants.values()].flat().length} faults`,
      detail: JSON.stringify(
        [...plants].map(([name, planted]) => [name, planted.map(({ path, verdict }) => [path, verdict])]),
      ),
      hasHappened: true,
      faults,
      milliseconds: performance.now() - begun,
    });
    tellProgress(endured, count);
  }
  return endured;
}

function tree(): Map<string, string> {
  const files = new Map<string, string>();
  for (let artifact = 0; artifact < ARTIFACTS; artifact += 1) {
    for (let version = 0; version < VERSIONS; version += 1) {
      const stem = `org/example/a${artifact}/1.${version}/a${artifact}-1.${version}`;
      for (const [path, bytes] of [
        [`${stem}.jar`, `bytes of ${stem}: ${'x'.repeat(2000)}`],
        [`${stem}.pom`, `<project><artifactId>a${artifact}</artifactId><version>1.${version}</version></project>`],
      ] as const) {
        files.set(path, bytes);
        files.set(`${path}.sha1`, hash('sha1', bytes));
      }
      files.set(`${stem}.jar.asc`, `signature of ${stem}`);
    }
  }
  return files;
}

/** No two of them at one version: they would hide each other. */
function plantsFor(random: Random, files: ReadonlyMap<string, string>): Planted[] {
  if (random.below(8) === 0) {
    const [fault, verdict] = random.pick(WHOLE);
    return [{ path: '', fault, verdict }];
  }
  const jars = [...files.keys()].filter((path) => path.endsWith('.jar'));
  const draw = () => jars[random.below(jars.length)] ?? '';
  const chosen = new Set(Array.from({ length: random.below(MOST_FAULTS + 1) }, draw));
  return [...chosen].map((jar) => {
    const [suffix, fault, verdict] = random.pick(FAULTS);
    return { path: `${jar}${suffix}`, fault, verdict };
  });
}

function expected(plants: ReadonlyMap<string, readonly Planted[]>): string[] {
  return [...plants].flatMap(([name, planted]) =>
    planted.filter(({ verdict }) => verdict !== '').map(({ path, verdict }) => `${verdict} ${name} ${path}`),
  );
}

function differences(found: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...wanted.filter((line) => !found.includes(line)).map((line) => `not found: ${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `never planted: ${line}`),
  ];
}

/** Wrong bytes take a mirror off at once, and the true one is never in doubt. */
function healthFaults(name: string, state: string, planted: readonly Planted[]): string[] {
  const isWrong = planted.some(({ verdict }) => INTEGRITY.test(verdict));
  if (name === 'true' && state !== 'good') return [`the true mirror is ${state}`];
  return isWrong && state !== 'bad' ? [`${name} has wrong bytes and is ${state}`] : [];
}

/** An incident ends with the last of its findings. */
function orphans(id: string, findings: readonly StandingFinding[]): string[] {
  return findings.some(({ incident }) => incident === id) ? [] : [`incident ${id} stands without a finding`];
}

/** What stands and was mended. A mirror that could not be asked stands as it stood; one that was silent is believed after three good rounds. */
function strangers(finding: StandingFinding, plants: ReadonlyMap<string, readonly Planted[]>): string[] {
  const { mirror, verdict, path } = finding;
  const planted = plants.get(mirror ?? '') ?? [];
  const isUnknown = planted.some((each) => each.path === '') || (verdict === 'unreachable' && path === null);
  const isPlanted = planted.some((each) => each.path === path && each.verdict === verdict);
  return isUnknown || isPlanted ? [] : [`stands and was mended: ${verdict} at ${mirror}: ${path}`];
}
