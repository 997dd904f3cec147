import type { Metadata } from '../../maven/metadata.ts';
import type { StagedFile } from './staged-file.ts';
import type { GatePolicy, MetadataFacts, Note, Verdict } from './verdict.ts';

type Held = Extract<Verdict, { kind: 'deferred' }> | { readonly kind: 'free'; readonly notes: readonly Note[] };

/**
 * Metadata must never name what is not there, and never un-name what is (DESIGN 3.3). A version that the gate withholds holds the metadata
 * back for as long as it is withheld; one that the origin itself lacks (a deployment under way) for at most `settleMs`.
 */
export function holdBack(root: StagedFile, facts: MetadataFacts, policy: GatePolicy, now: number): Held {
  const metadata = root.metadata;
  const published = facts.published?.kind === 'metadata' ? facts.published : null;
  if (metadata === null || metadata.kind !== 'metadata') return holdUnreadable(root.path, published, facts);
  const shrinks = whyShrinking(metadata, published, facts);
  if (shrinks !== null) return deferred(root.path, 'metadata-shrinks', shrinks);
  const named = [
    ...newlyNamed(metadata, published).map((version) => ({ what: version, state: facts.stateOfVersion(version) })),
    ...namedFiles(metadata, facts),
  ];
  const withheld = named.find((each) => each.state === 'incomplete');
  if (withheld !== undefined)
    return deferred(root.path, 'incomplete-version', `it names ${withheld.what}, which is not published yet`);
  const lacking = named.find((each) => each.state === 'absent');
  if (lacking === undefined) return { kind: 'free', notes: [] };
  if (facts.isFirstPass) return { kind: 'free', notes: ['origin-incomplete'] };
  const since = facts.heldSince(root.path, root.sha256.toString('hex')) ?? now;
  if (now - since >= policy.settleMs) return { kind: 'free', notes: ['origin-incomplete'] };
  return deferred(root.path, 'incomplete-version', `it names ${lacking.what}, which the origin does not have yet`);
}

/** What is no XML is mirrored as it is, unless it would un-name what clients find today: breaking a file must not do what shortening it cannot. */
function holdUnreadable(path: string, published: Metadata | null, facts: MetadataFacts): Held {
  const served =
    published === null ? undefined : allNamed(published).find((version) => isServed(facts.stateOfVersion(version)));
  if (served === undefined) return { kind: 'free', notes: [] };
  return deferred(
    path,
    'metadata-shrinks',
    `it is not well-formed any more and would un-name ${served}, which is still served`,
  );
}

function deferred(path: string, verdict: 'metadata-shrinks' | 'incomplete-version', why: string): Held {
  return { kind: 'deferred', path, verdict, why, retryAt: 0 };
}

function newlyNamed(metadata: Metadata, published: Metadata | null): string[] {
  const before = new Set(published === null ? [] : allNamed(published));
  return allNamed(metadata).filter((version) => !before.has(version));
}

/** `latest` and `release` too: clients that ask for RELEASE or LATEST follow them without a look at the list. */
function allNamed({ versions, latest, release }: Metadata): string[] {
  const others = [latest, release].filter((version) => version !== null && !versions.includes(version));
  return [...versions, ...new Set(others.flatMap((version) => version ?? []))];
}

/** The build files that SNAPSHOT metadata names: `snapshotVersions`, else timestamp and build number (Maven metadata 1.1.0). */
function namedFiles(
  metadata: Metadata,
  facts: MetadataFacts,
): { what: string; state: ReturnType<MetadataFacts['stateOfFile']> }[] {
  const folder = facts.unit.slice(0, facts.unit.lastIndexOf('/'));
  const artifact = folder.split('/').at(-2);
  if (metadata.version === null || artifact === undefined || !metadata.version.endsWith('-SNAPSHOT')) return [];
  const name = (value: string, classifier: string, extension: string) =>
    `${folder}/${artifact}-${value}${classifier === '' ? '' : `-${classifier}`}.${extension}`;
  const paths = metadata.snapshotVersions.map((each) => name(each.value, each.classifier, each.extension));
  if (paths.length === 0 && metadata.snapshot !== null) {
    const base = metadata.version.slice(0, -'SNAPSHOT'.length);
    paths.push(name(`${base}${metadata.snapshot.timestamp}-${metadata.snapshot.buildNumber}`, '', 'pom'));
  }
  return paths.map((path) => ({ what: path, state: facts.stateOfFile(path) }));
}

/** An attacker who can write metadata can un-name a fixed release; so can a broken regeneration. Both wait for the guard or an operator. */
function whyShrinking(metadata: Metadata, published: Metadata | null, facts: MetadataFacts): string | null {
  if (published === null) return null;
  const now = new Set(metadata.versions);
  const dropped = published.versions.find((version) => !now.has(version) && isServed(facts.stateOfVersion(version)));
  if (dropped !== undefined) return `it no longer names ${dropped}, which is still served`;
  if (metadata.lastUpdated !== null && published.lastUpdated !== null && metadata.lastUpdated < published.lastUpdated) {
    return `its lastUpdated goes back from ${published.lastUpdated} to ${metadata.lastUpdated}`;
  }
  return null;
}

function isServed(state: ReturnType<MetadataFacts['stateOfVersion']>): boolean {
  return state === 'served' || state === 'complete';
}
