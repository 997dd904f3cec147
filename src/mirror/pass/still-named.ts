import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate } from '../../maven/layout.ts';
import { parseMetadata } from '../../maven/metadata.ts';
import type { Bench } from './judging.ts';

/**
 * Those of `paths` that served metadata names while the origin's newer metadata is held back, torn or shrunk in another place. They stay until
 * it is published: a name without a file behind it fails every build that asks for it. What the origin itself still names is its own affair.
 */
export function stillNamed(
  paths: readonly string[],
  bench: Pick<Bench, 'comparison' | 'options' | 'room'>,
): ReadonlySet<string> {
  const named = new Map<string, ReadonlySet<string> | 'all'>();
  const namesOf = (folder: string) => {
    const known = named.get(folder) ?? namesHeld(folder, bench);
    named.set(folder, known);
    return known;
  };
  const isNamed = (path: string) => {
    const { unit, unitKind, artifactFolder, version, snapshot } = locate(path);
    if (unitKind !== 'version' || artifactFolder === null || version === null) return false;
    const names = namesOf(artifactFolder);
    return names === 'all' || names.has(version) || (snapshot && namesOf(unit) !== NOTHING);
  };
  return new Set(paths.filter(isNamed));
}

const NOTHING: ReadonlySet<string> = new Set();

/** What the metadata in `folder` names that is served and about to be replaced; nothing when it stands as the origin has it. */
function namesHeld(folder: string, { comparison, options, room }: Parameters<typeof stillNamed>[1]) {
  const path = `${folder}/maven-metadata.xml`;
  const listed = comparison.listed(path);
  const row = room.inventory.row(path);
  if (listed === null || row === null || !options.wants(path)) return NOTHING;
  if (comparison.isAsListed(path)) return NOTHING;
  const body = room.inventory.metadataBody(path) ?? readFileSync(join(options.folders.published, path));
  const metadata = parseMetadata(body);
  // What nobody can read may name anything.
  return metadata.kind === 'metadata' ? new Set([...metadata.versions, folder]) : 'all';
}
