// `npm run release`: one self-contained archive for this kind of machine, `dist/assay-VERSION-linux-ARCH.tar.gz`, and its SHA256SUMS. The same
// commit, packages and Node.js give the same bytes. `--key FILE` signs the sums with an Ed25519 key, `--output FOLDER` puts all of it elsewhere.

import { createPrivateKey, sign } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeArchive } from './archive.ts';
import { contentsOf } from './contents.ts';
import { originOf } from './origin.ts';
import { sha256Of, sumLine } from './sums.ts';

const PROJECT = resolve(import.meta.dirname, '..');

const { values } = parseArgs({ options: { key: { type: 'string' }, output: { type: 'string', default: 'dist' } } });
const here = process.env.INIT_CWD ?? process.cwd();

await release(
  values.output === 'dist' ? join(PROJECT, 'dist') : resolve(here, values.output),
  values.key === undefined ? null : resolve(here, values.key),
);

async function release(folder: string, keyFile: string | null): Promise<void> {
  const origin = originOf(PROJECT);
  const name = `assay-${origin.version}-linux-${process.arch}`;
  const archive = join(folder, `${name}.tar.gz`);
  mkdirSync(folder, { recursive: true });
  const entries = contentsOf(PROJECT, origin);
  // Nobody may take a half written archive for one, nor old sums for new ones.
  for (const sums of ['SHA256SUMS', 'SHA256SUMS.sig']) rmSync(join(folder, sums), { force: true });
  await writeArchive(`${archive}.partial`, name, entries, origin.builtAt);
  renameSync(`${archive}.partial`, archive);
  const sums = sumLine(await sha256Of(archive), `${name}.tar.gz`);
  writeFileSync(join(folder, 'SHA256SUMS'), sums);
  if (keyFile !== null) writeFileSync(join(folder, 'SHA256SUMS.sig'), signed(sums, keyFile));
  const mib = (statSync(archive).size / 2 ** 20).toFixed(1);
  process.stdout.write(
    `${archive}\n  ${mib} MiB, ${entries.length} files, commit ${origin.commit ?? 'unknown'}\n  ${sums}`,
  );
}

/** The raw 64 bytes: `openssl pkeyutl -verify -pubin -inkey KEY.pub -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig`. */
function signed(text: string, keyFile: string): Buffer {
  const key = createPrivateKey(readFileSync(keyFile));
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${keyFile} is no Ed25519 key: openssl genpkey -algorithm ed25519`);
  return sign(null, Buffer.from(text), key);
}
