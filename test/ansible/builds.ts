// Releases to play with: the real one of this work tree, and what is made of it without building all of it again.

import { spawnSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sha256Of, sha256OfBytes, sumLine } from '../../release/sums.ts';

const RELEASE = resolve(import.meta.dirname, '../../release/run.ts');

/** Makes the release into `folder`, signed where a key is given. Returns the archive. */
export function makeRelease(folder: string, keyFile: string): string {
  run(process.execPath, [RELEASE, '--output', folder, '--key', keyFile], { SOURCE_DATE_EPOCH: '1764028800' });
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tar.gz')) ?? '');
}

/** The same version once more, in `folder`, with one file of it written anew: another build, whose own sums are right. */
export async function makeOther(
  archive: string,
  folder: string,
  keyFile: string,
  path: string,
  rewrite: (text: string) => string,
): Promise<string> {
  mkdirSync(join(folder, 'unpacked'), { recursive: true });
  run('tar', ['--extract', '--file', archive, '--directory', join(folder, 'unpacked')]);
  const [name = ''] = readdirSync(join(folder, 'unpacked'));
  const tree = join(folder, 'unpacked', name);
  const text = rewrite(readFileSync(join(tree, path), 'utf8'));
  writeFileSync(join(tree, path), text);
  const sums = readFileSync(join(tree, 'SHA256SUMS'), 'utf8').split(/(?<=\n)/);
  const others = sums.filter((line) => !line.endsWith(`  ${path}\n`));
  writeFileSync(join(tree, 'SHA256SUMS'), others.join('') + sumLine(sha256OfBytes(Buffer.from(text)), path));
  const file = `${name}.tar.gz`;
  // Fast rather than small: it is unpacked once.
  run('tar', [
    '--create',
    '--use-compress-program=gzip -1',
    '--owner=0',
    '--group=0',
    '--file',
    join(folder, `${file}.partial`),
    '--directory',
    join(folder, 'unpacked'),
    name,
  ]);
  renameSync(join(folder, `${file}.partial`), join(folder, file));
  run('rm', ['-r', join(folder, 'unpacked')]);
  const told = sumLine(await sha256Of(join(folder, file)), file);
  writeFileSync(join(folder, 'SHA256SUMS'), told);
  writeFileSync(join(folder, 'SHA256SUMS.sig'), sign(null, Buffer.from(told), readFileSync(keyFile)));
  return join(folder, file);
}

function run(program: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 5 * 60_000,
  });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
}
