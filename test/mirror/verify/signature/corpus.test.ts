import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { config, createMessage, readKey, readSignature, verify } from 'openpgp';
import { artifactAt } from '../../../../src/maven/artifact-name.ts';
import type { Keyset } from '../../../../src/mirror/verify/key/keyset.ts';
import { parseKeysmap } from '../../../../src/mirror/verify/key/keysmap.ts';
import type { JudgedFile, JudgedSignature } from '../../../../src/mirror/verify/signature/judgement.ts';
import { unarmored } from '../../../support/gpg.ts';
import { CORPUS, needs } from '../../../support/needs.ts';
import { judged, keysetFrom } from './judged.ts';

interface Expected {
  readonly class: string;
  readonly certificate?: string;
  readonly version?: number;
  readonly notes?: readonly string[];
  readonly because?: string;
}

function expectations(): Map<string, Expected[]> {
  return new Map(Object.entries(JSON.parse(readFileSync(join(CORPUS, 'expected.json'), 'utf8'))));
}

function corpusKeyset(): Keyset {
  const folder = join(CORPUS, 'keyring');
  return keysetFrom(Buffer.concat(readdirSync(folder).map((name) => unarmored(readFileSync(join(folder, name))))));
}

function judgedAt(asc: string, keyset: Keyset): JudgedFile {
  const file = join(CORPUS, 'repository', asc);
  return judged(readFileSync(file), readFileSync(file.replace(/\.asc$/, '')), keyset);
}

test('every signature of the corpus is what its bytes say', (t) => {
  if (!needs(t, 'corpus')) return;
  const keyset = corpusKeyset();
  const expected = expectations();

  for (const [asc, signatures] of expected) {
    if (signatures[0]?.class === 'unsigned') {
      assert.equal(existsSync(join(CORPUS, 'repository', asc)), false);
      continue;
    }
    const { best, signatures: ours } = judgedAt(asc, keyset);
    assert.deepEqual(
      ours.map(asExpected),
      signatures.map(({ because: _, ...facts }) => facts),
      asc,
    );
    assert.equal(best, ours[0]);
  }
  assert.equal(expected.size, 167);
});

/** In the words of `expected.json`, where what is not known is left out. */
function asExpected(signature: JudgedSignature): Record<string, unknown> {
  const { trusted: _, because: __, keyExpires, created, notes, ...rest } = signature;
  const instant = (seconds: number | null) =>
    seconds === null ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const facts = {
    ...rest,
    created: instant(created),
    notes: notes.length === 0 ? null : notes,
    key_expires: signature.class === 'key-expired-later' ? instant(keyExpires) : null,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}

test('openpgp.js, with its policy out of the way, agrees about every signature that it can read', async (t) => {
  if (!needs(t, 'corpus')) return;
  const keyset = corpusKeyset();
  const relaxed = {
    ...config,
    rejectPublicKeyAlgorithms: new Set<never>(),
    rejectHashAlgorithms: new Set<never>(),
    rejectMessageHashAlgorithms: new Set<never>(),
    rejectCurves: new Set<never>(),
    minRSABits: 1024,
  };
  let compared = 0;
  for (const [asc, [first]] of expectations()) {
    const { certificate, version, notes } = first ?? { class: 'unsigned' };
    // It reads no version 3, and refuses certificates that nobody has signed.
    if (typeof certificate !== 'string' || version === 3 || notes !== undefined) continue;
    const file = join(CORPUS, 'repository', asc);
    const { signatures } = await verify({
      message: await createMessage({ binary: readFileSync(file.replace(/\.asc$/, '')) }),
      signature: await readSignature({ armoredSignature: readFileSync(file, 'utf8') }),
      verificationKeys: await readKey({
        armoredKey: readFileSync(join(CORPUS, 'keyring', `${certificate}.asc`), 'utf8'),
        config: relaxed,
      }),
      format: 'binary',
      config: relaxed,
    });
    const theirs = await signatures[0]?.verified.catch((error: Error) => error.message);
    const ours = judgedAt(asc, keyset).best;
    // Of the self-signatures over a key it takes the newest that is older than the signature: this certificate was renewed since.
    if (typeof theirs === 'string' && /Could not find (primary|valid)/i.test(theirs)) continue;
    assert.equal(theirs, true, `${asc}: ${ours?.class} here, ${theirs} there`);
    compared += 1;
  }
  assert.ok(compared > 40, `only ${compared} were compared`);
});

test('the keysmap of the corpus trusts every valid signature, and allows every file without one', (t) => {
  if (!needs(t, 'corpus')) return;
  const keysmap = parseKeysmap(readFileSync(join(CORPUS, 'keysmap'), 'utf8'));

  assert.deepEqual(keysmap.faults, []);
  for (const [asc, [first]] of expectations()) {
    const name = artifactAt(asc.replace(/\.asc$/, ''));
    assert.ok(name !== null, asc);
    const allowance = keysmap.allowanceOf(name);
    if (first?.class === 'unsigned') assert.equal(allowance.noSignature, true, asc);
    if (typeof first?.certificate === 'string') assert.equal(allowance.allows(first.certificate), true, asc);
  }
});
