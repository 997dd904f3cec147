import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { findingSchema, openFindings } from '../../../../src/finding/record.ts';
import { DAY, MINUTE } from '../../../../src/host/clock.ts';
import { publish } from '../../../../src/mirror/publish/publish.ts';
import { startDigesters } from '../../../../src/mirror/verify/digest.ts';
import { keysetOf } from '../../../../src/mirror/verify/key/keyset.ts';
import { type Keysmap, parseKeysmap } from '../../../../src/mirror/verify/key/keysmap.ts';
import { type TurnOutcome, takeTurn } from '../../../../src/mirror/verify/signature/turn.ts';
import { openSignatureRecord } from '../../../../src/mirror/verify/signature.ts';
import { migrate } from '../../../../src/state/migrate.ts';
import { armored } from '../../../support/gpg.ts';
import { type MadeKey, makeCertificate, makeKey, makeSignature, packet } from '../../../support/openpgp-maker.ts';
import { type Laid, layTree } from '../../publish/laid.ts';
import { NOW } from '../facts.ts';
import { keysetFrom } from './judged.ts';

const NEVER = new AbortController().signal;
const MADE_AT = Date.UTC(2020, 0, 1) / 1000;
const KEY = makeKey('ed25519', MADE_AT);
const EMPTY = keysetOf([]);
const KNOWN = keysetFrom(makeCertificate(KEY, MADE_AT));

const jar = (name: string) => `g/${name}/1.0/${name}-1.0.jar`;

interface TurnBench {
  readonly laid: Laid;
  readonly record: ReturnType<typeof openSignatureRecord>;
  turn(keyset: typeof EMPTY, now: number, options?: { keysmap?: Keysmap; budgetBytes?: number }): Promise<TurnOutcome>;
  /** Where a reading of the tree would fail: what is judged afterwards is judged from what is known. */
  loseTree(): void;
}

async function bench(t: TestContext, names: readonly string[], signedBy: MadeKey = KEY): Promise<TurnBench> {
  const laid = layTree(t);
  migrate(laid.database, [findingSchema]);
  const signature = (bytes: string) =>
    armored(packet(2, makeSignature(signedBy, Buffer.from(bytes), { created: MADE_AT + 1000 }))).toString();
  const files = names.flatMap((name) => [
    laid.accept(jar(name), `bytes of ${name}`),
    laid.accept(`${jar(name)}.asc`, signature(`bytes of ${name}`)),
  ]);
  await publish([...files, laid.accept('g/plain/1.0/plain-1.0.jar', 'plain')], laid.room, 1, NOW, NEVER);
  const record = openSignatureRecord(laid.database);
  const findings = openFindings(laid.database);
  return {
    laid,
    record,
    async turn(keyset, now, { keysmap, budgetBytes = Number.POSITIVE_INFINITY } = {}) {
      const keys = keyset.certificates.flatMap((each) => each.keys);
      await using digesters = startDigesters(1, keys);
      const judges = { keyset, keysmap: keysmap ?? null, signers: null };
      const versions = { keyset: keyset.version, policy: keysmap?.version ?? '00' };
      const signing = { mode: 'observe' as const, judges, versions, record };
      const room = { ...laid, findings, digesters, signing, pace: async () => undefined };
      return await takeTurn(room, budgetBytes, now, NEVER);
    },
    loseTree: () => rmSync(laid.published, { recursive: true }),
  };
}

const classes = ({ record }: TurnBench, names: readonly string[]) => names.map((name) => record.find(jar(name))?.class);

test('what nobody has judged is read and judged', async (t) => {
  const on = await bench(t, ['a', 'b']);

  const outcome = await on.turn(KNOWN, NOW);

  assert.deepEqual([outcome.read, outcome.changed.length, outcome.isWhole], [2, 3, true]);
  assert.deepEqual(classes(on, ['a', 'b', 'plain']), ['good', 'good', 'unsigned']);
});

test('a turn that was whole is not taken again before a day is over', async (t) => {
  const on = await bench(t, ['a']);
  await on.turn(KNOWN, NOW);
  on.laid.database.exec("UPDATE verify_signature SET class = 'bad'");

  const soon = await on.turn(KNOWN, NOW + MINUTE);
  const later = await on.turn(KNOWN, NOW + DAY + MINUTE);

  assert.deepEqual(soon.changed, []);
  assert.deepEqual(
    later.changed.map(({ before, now }) => `${before} ${now}`),
    ['bad unsigned', 'bad good'].reverse(),
  );
});

test('another keysmap is judged by without reading anything', async (t) => {
  const on = await bench(t, ['a', 'b']);
  await on.turn(KNOWN, NOW);
  on.loseTree();

  const outcome = await on.turn(KNOWN, NOW + MINUTE, { keysmap: parseKeysmap(`g:a = 0x${KEY.fingerprint}`) });

  assert.deepEqual([outcome.read, outcome.isWhole], [0, true]);
  assert.deepEqual(
    ['a', 'b', 'plain'].map((name) => on.record.find(jar(name))?.allowed),
    [true, false, false],
  );
});

test('a key that comes reads what it may have signed, and one that goes reads nothing', async (t) => {
  const on = await bench(t, ['a']);
  const without = await on.turn(EMPTY, NOW);
  const came = await on.turn(KNOWN, NOW + MINUTE);
  on.loseTree();
  const left = await on.turn(EMPTY, NOW + 2 * MINUTE);

  assert.deepEqual([without.read, came.read, left.read], [1, 1, 0]);
  assert.deepEqual(
    came.changed.map(({ before, now }) => [before, now]),
    [['no-key', 'good']],
  );
  assert.deepEqual(
    left.changed.map(({ before, now }) => [before, now]),
    [['good', 'no-key']],
  );
});

test('a key that comes and may not have signed anything reads nothing', async (t) => {
  const on = await bench(t, ['a']);
  await on.turn(EMPTY, NOW);
  on.loseTree();

  const outcome = await on.turn(keysetFrom(makeCertificate(makeKey('ed25519', MADE_AT), MADE_AT)), NOW + MINUTE);

  assert.deepEqual([outcome.read, outcome.changed.length, outcome.isWhole], [0, 0, true]);
});

test('a turn that was cut short goes on where it was', async (t) => {
  const names = Array.from({ length: 400 }, (_, index) => `n${String(index).padStart(3, '0')}`);
  const on = await bench(t, names);

  const first = await on.turn(KNOWN, NOW, { budgetBytes: 1 });
  const second = await on.turn(KNOWN, NOW + MINUTE);

  assert.equal(first.isWhole, false);
  assert.equal(second.isWhole, true);
  assert.equal(first.read + second.read, names.length);
});

test('a file whose bytes are not those of its row keeps what is known of it', async (t) => {
  const on = await bench(t, ['a']);
  await on.turn(EMPTY, NOW);
  writeFileSync(join(on.laid.published, jar('a')), 'other bytes');

  await on.turn(KNOWN, NOW + MINUTE);

  assert.deepEqual(classes(on, ['a']), ['no-key']);
});

test('who signed is known as of the day on which the signature came, though the key came later', async (t) => {
  const on = await bench(t, ['a']);
  await on.turn(EMPTY, NOW);
  await on.turn(KNOWN, NOW + DAY);

  assert.deepEqual(on.record.signersBefore('g/a', NOW + 1), [KEY.fingerprint]);
  assert.deepEqual(
    on.record.signers().map(({ firstAt, lastAt }) => [firstAt, lastAt]),
    [[NOW, NOW + DAY]],
  );
});
