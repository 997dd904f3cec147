// Programs that people download with.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it, type TestContext } from 'node:test';
import { runChild } from '../../../src/host/child.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { JAR, METADATA, POM } from './planted.ts';
import { JAR_PATH, POM_PATH } from './request-row.ts';
import { certificateFiles, serve } from './running.ts';

it('curl --parallel gets many files at once, each whole', async (t) => {
  if (!needs(t, 'curl')) return;
  const { server, ca, folder } = await secured(t);
  const wanted = Array.from(
    { length: 60 },
    (_, n) => [JAR_PATH, POM_PATH, '/com/example/one/maven-metadata.xml'][n % 3] ?? '',
  );
  const list = wanted
    .map((path, n) => `url = "${server.url.slice(0, -1)}${path}"\noutput = "${folder}/${n}"\n`)
    .join('');
  writeFileSync(`${folder}/list`, list);

  await run('curl', [
    '--silent',
    '--show-error',
    '--fail',
    '--cacert',
    ca,
    '--parallel',
    '--parallel-max',
    '20',
    '--config',
    `${folder}/list`,
  ]);

  const got = wanted.map((_, n) => readFileSync(`${folder}/${n}`));
  assert.ok(got.every((bytes, n) => bytes.equals([JAR, POM, METADATA][n % 3] ?? Buffer.alloc(0))));
});

it('wget -c goes on where it was cut, and knows when it has all', async (t) => {
  if (!needs(t, 'wget')) return;
  const { server, ca, folder } = await secured(t);
  const file = `${folder}/one-1.0.jar`;
  writeFileSync(file, JAR.subarray(0, 70_000));
  const args = [
    '--no-verbose',
    '--continue',
    `--ca-certificate=${ca}`,
    '--output-document',
    file,
    `${server.url.slice(0, -1)}${JAR_PATH}`,
  ];

  await run('wget', args);
  const once = readFileSync(file);
  await run('wget', args);

  assert.ok(once.equals(JAR));
  assert.ok(readFileSync(file).equals(JAR));
});

async function secured(t: TestContext) {
  const tls = await certificateFiles(t);
  const folder = temporaryFolder(t);
  writeFileSync(`${folder}/ca.pem`, tls.caPem);
  const { server } = await serve(t, { tls });
  return { server, ca: `${folder}/ca.pem`, folder };
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
  const exit = await runChild({ command, args, env, deadlineMs: 60_000 }, new AbortController().signal);
  assert.ok(exit.kind === 'exited' && exit.status === 0, JSON.stringify(exit));
}
