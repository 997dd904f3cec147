import { join } from 'node:path';
import type { Source, SourceTrouble } from './contract.ts';
import { type FetchPlace, md5OfFile } from './fetch-files.ts';
import { inParallel } from './in-parallel.ts';
import type { Reader } from './reader.ts';

/**
 * Compares by what the origin's tags say, where they are MD5 sums; the contract is `Source.differing`. A file whose tag is none is named as if it
 * differed: only its bytes can tell.
 */
export async function compareByTag(
  reader: Reader,
  place: Pick<FetchPlace, 'connections'>,
  paths: readonly string[],
  folder: string,
  signal: AbortSignal,
): ReturnType<Source['differing']> {
  const differing: string[] = [];
  let trouble: SourceTrouble | null = null;
  await inParallel(paths, place.connections, async (path) => {
    if (trouble !== null) return;
    const facts = await reader.facts(path, signal);
    if (facts.kind === 'trouble') trouble = facts;
    else if (facts.kind === 'facts' && facts.md5 !== (await md5OfFile(join(folder, path)))) differing.push(path);
  });
  return trouble ?? { kind: 'compared', paths: differing.sort() };
}
