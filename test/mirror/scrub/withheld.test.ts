import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { InventoryRow } from '../../../src/mirror/inventory/row.ts';
import { scrubSchema } from '../../../src/mirror/scrub/schema.ts';
import { openWithheld } from '../../../src/mirror/scrub/scrub.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { openState, writing } from '../../../src/state/open.ts';
import { temporaryFolder } from '../../support/folder.ts';

const ROW: InventoryRow = {
  path: 'g/a/1.0/a-1.0.jar',
  kind: 'artifact',
  size: 3,
  originMtime: 1000,
  sha256: hash('sha256', 'jar', 'buffer'),
  sha1: hash('sha1', 'jar', 'buffer'),
  md5: null,
  sha512: null,
  upstreamSum: 'matched',
  firstSeen: 1000,
  lastVerified: 1000,
  generation: 1,
  absentSince: null,
};

function bench(t: TestContext) {
  const file = join(temporaryFolder(t), 'state.db');
  const writer = openState(file);
  migrate(writer, [scrubSchema]);
  const reader = openState(file, { readonly: true });
  t.after(() => {
    reader.close();
    writer.close();
  });
  return { writer, withheld: openWithheld(writer), serving: openWithheld(reader) };
}

test('another process sees what is withheld as soon as it is written, and when it is lifted', (t) => {
  const { writer, withheld, serving } = bench(t);
  assert.equal(serving.of(ROW), null);

  writing(writer, () => withheld.hold(ROW, 'damaged', 2000));

  assert.equal(serving.of(ROW)?.verdict, 'damaged');
  assert.deepEqual(serving.list(), [{ path: ROW.path, verdict: 'damaged', since: 2000 }]);
  withheld.lift(ROW.path);
  assert.equal(serving.of(ROW), null);
});

test('bytes that were published or verified since are served', (t) => {
  const { withheld, serving } = bench(t);

  withheld.hold(ROW, 'damaged', 2000);

  assert.notEqual(serving.of({ ...ROW, lastVerified: 2000 }), null);
  assert.equal(serving.of({ ...ROW, lastVerified: 2001 }), null);
  assert.equal(serving.of({ ...ROW, sha256: hash('sha256', 'other', 'buffer') }), null);
});

test('a row that was written while the scrub ran is withheld all the same', (t) => {
  const { withheld, serving } = bench(t);
  const younger = { ...ROW, lastVerified: 5000 };

  withheld.hold(younger, 'missing', 2000);

  assert.equal(serving.of(younger)?.verdict, 'missing');
});
