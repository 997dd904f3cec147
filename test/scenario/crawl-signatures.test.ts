import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { startFaultMirror } from '../../src/demo/fault-mirror.ts';
import { makeRepository } from '../../src/demo/repository/repository.ts';
import { LOOPBACK } from '../host/http-peer.ts';
import { temporaryFolder } from '../support/folder.ts';
import { runLines } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { startNginx } from '../support/nginx.ts';

test('at full depth each signature is judged over the bytes that the very mirror sends, without a tree of our own', async (t) => {
  if (!needs(t, 'nginx')) return;
  const home = temporaryFolder(t);
  const folder = join(home, 'origin');
  for (const each of ['origin', 'keyring']) mkdirSync(join(home, each));
  const repository = await makeRepository(folder, { seed: 7, now: Date.now(), artifacts: 4 });
  for (const { fingerprint, certificate } of repository.signers)
    writeFileSync(join(home, 'keyring', `${fingerprint}.asc`), certificate);
  const signatures = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.jar\.asc$/.test(path),
  );
  const [first = '', second = ''] = signatures;
  const origin = await startNginx(t, `root ${folder}; autoindex on;`);
  const [good, bad] = [
    await startFaultMirror({ folder, address: LOOPBACK }),
    await startFaultMirror({ folder, address: LOOPBACK }),
  ];
  t.after(() => Promise.all([good.stop(), bad.stop()]));
  bad.faults.set(first, { kind: 'status', status: 404 });
  bad.faults.set(second.replace(/\.asc$/, ''), { kind: 'altered' });
  const configFile = join(home, 'assay.yaml');
  const mirrors = [
    { name: 'good', url: good.url },
    { name: 'bad', url: bad.url },
  ];
  const crawl = { reference: 'origin', origin: origin.url, reask_seconds: 0.1, lag_hours: 0 };
  const verify = { keyring: join(home, 'keyring'), keysmap: join(home, 'none') };
  writeFileSync(configFile, JSON.stringify({ name: 'by', data: join(home, 'data'), mirrors, crawl, verify }));

  const lines = await runLines(['crawl', '--json', '--depth', 'full', '--config', configFile]);

  const { result } = lines.at(-1) as { result: { mirrors: { signatures: Record<string, number> }[] } };
  const [theGood, theBad] = result.mirrors.map((mirror) => mirror.signatures);
  const found = lines.slice(0, -1).map(({ verdict, path }) => `${verdict} ${path}`);
  assert.ok(found.includes(`signature-stripped ${first}`), found.join('\n'));
  assert.ok(found.includes(`divergent ${second.replace(/\.asc$/, '')}`), found.join('\n'));
  assert.equal(theGood?.bad ?? 0, 0);
  assert.ok((theGood?.good ?? 0) >= signatures.length, JSON.stringify(theGood));
  assert.equal(theBad?.good, (theGood?.good ?? 0) - 2);
  assert.equal(theBad?.bad, 1);
  assert.equal(theBad?.unsigned, (theGood?.unsigned ?? 0) + 1);
});
