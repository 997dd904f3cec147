// Two projects that build from the demo's mirror, each in a folder of its own with the settings that `assay client-config` writes: nothing of the
// person's own is read or changed.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clientFile, readWish, type Tool, trialCommand } from '../client/settings.ts';
import type { DemoMirror } from './mirror.ts';
import { versionAt } from './repository/catalogue.ts';
import type { World } from './world.ts';

export interface DemoBuild {
  readonly tool: Tool;
  /** For a shell, from anywhere. */
  readonly line: string;
}

/** Maven takes plain HTTP from this machine, and would want the authority in a store that only Java writes; Leiningen refuses it. */
export function layBuilds(world: World, mirror: DemoMirror): DemoBuild[] {
  const artifact = world.repository.artifacts.find(
    ({ packaging, dependencies }) => packaging === 'jar' && dependencies.length > 0,
  );
  if (artifact === undefined) return [];
  const { group } = artifact.group;
  const wanted = { group, artifact: artifact.artifact, version: versionAt(artifact, Number.POSITIVE_INFINITY) };
  const builds: DemoBuild[] = [];
  for (const [tool, url, certificateFile] of [
    ['maven', mirror.http, null],
    ['leiningen', mirror.https, world.caFile],
  ] as const) {
    const read = readWish({
      mirrors: url === null ? [] : [url],
      repositories: ['clojars', 'central'],
      mode: 'outage',
      certificateFile,
    });
    if (read.kind === 'fault') continue;
    const file = clientFile(tool, read.wish);
    if (file.kind === 'fault') continue;
    const folder = join(world.home, 'build', tool);
    const { command, args, env, files } = trialCommand(tool, read.wish, file.text, wanted, folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const settings = Object.entries(env).flatMap(([name, value]) => (value === '' ? [] : [`${name}=${value}`]));
    builds.push({ tool, line: `(cd ${folder} && ${[...settings, command, ...args].join(' ')})` });
  }
  return builds;
}
