import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { pack, unpack } from '../../../src/mirror/verify/packed-answer.ts';
import { stagedFile } from './facts.ts';

const file = fc
  .record({ name: fc.stringMatching(/^[a-z]{1,5}$/), bytes: fc.string(), md5: fc.boolean(), sha512: fc.boolean() })
  .map(({ name, bytes, md5, sha512 }) => {
    const all = stagedFile(`g/a/1/${name}`, bytes);
    return { ...all, md5: md5 ? all.md5 : null, sha512: sha512 ? all.sha512 : null };
  });

test('what is packed comes out as it went in, over a copy between threads too', () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 8 }), fc.array(fc.string(), { maxLength: 3 }), (files, missing) => {
      const packed = pack(7, files, missing);

      assert.equal(packed.id, 7);
      assert.deepEqual(unpack(structuredClone(packed, { transfer: [packed.digests.buffer as ArrayBuffer] })), {
        files,
        missing,
      });
    }),
  );
});
