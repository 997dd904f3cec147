import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { type ChecksumFile, parseChecksumFile } from '../../src/maven/checksum-file.ts';
import { type SumAlgorithm, sumAlgorithmOf } from '../../src/maven/kind.ts';
import { CORPUS, needs } from '../support/needs.ts';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const OTHER = 'ffffffffffffffffffffffffffffffffffffffff';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const SHAPES: readonly (readonly [what: string, text: string, algorithm: SumAlgorithm, hex: string])[] = [
  ['bare hex', SHA1, 'sha1', SHA1],
  ['a newline at the end', `${SHA1}\n`, 'sha1', SHA1],
  ['several newlines and blanks', `\r\n\n  ${SHA1}  \r\n\r\n`, 'sha1', SHA1],
  ['upper case', MD5.toUpperCase(), 'md5', MD5],
  ['coreutils', `${SHA256}  a-1.0.jar\n`, 'sha256', SHA256],
  ['coreutils in binary mode', `${MD5} *a-1.0.jar`, 'md5', MD5],
  ['a path after the sum', `${MD5}  target/checkout/a-1.0.jar`, 'md5', MD5],
  ['two files in one sum file', `${SHA1}  a.jar\n${OTHER}  b.jar\n`, 'sha1', SHA1],
  ['openssl', `SHA1(a-1.0.jar)= ${SHA1}`, 'sha1', SHA1],
  ['openssl with a blank', `SHA1 (a-1.0.jar) = ${SHA1}\n`, 'sha1', SHA1],
  ['openssl with parentheses in the name', `MD5(a(1).jar)= ${MD5}`, 'md5', MD5],
  ['algorithm and equals', `MD5 = ${MD5}`, 'md5', MD5],
  ['a name, a colon, hex', `a-1.0.jar: ${SHA1}`, 'sha1', SHA1],
  ['gpg --print-md', 'a-1.0.jar: DA39 A3EE 5E6B 4B0D 3255  BFEF 9560 1890 AFD8 0709\n', 'sha1', SHA1],
  ['gpg --print-md over two lines', 'a.jar: DA39 A3EE 5E6B 4B0D 3255\n       BFEF 9560 1890 AFD8 0709\n', 'sha1', SHA1],
  ['a name with colons before it', 'c:\\a:b.jar: D41D 8CD9 8F00 B204  E980 0998 ECF8 427E', 'md5', MD5],
  ['the name first', `a-1.0.jar ${SHA1}`, 'sha1', SHA1],
  ['a byte order mark', `\ufeff${SHA1}`, 'sha1', SHA1],
  ['a byte order mark read as Latin-1', `\xef\xbb\xbf${SHA1}\r\n`, 'sha1', SHA1],
];

for (const [what, text, algorithm, hex] of SHAPES) {
  test(`a sum written as ${what} is read`, () => {
    assert.deepEqual(parseChecksumFile(text, algorithm), { kind: 'digest', hex });
  });
}

test('where a line could be read in two ways it is read as build tools read it', () => {
  // Maven Resolver: `.+= hex` with a blank before the hex, else the first token.
  assert.deepEqual(parseChecksumFile(`${SHA1} (x)= ${OTHER}`, 'sha1'), { kind: 'digest', hex: OTHER });
  assert.deepEqual(parseChecksumFile(`${SHA1} (x)=${OTHER}`, 'sha1'), { kind: 'digest', hex: SHA1 });
  assert.deepEqual(parseChecksumFile(`${SHA1} ${OTHER}`, 'sha1'), { kind: 'digest', hex: SHA1 });
});

const PAGES = [
  '<!DOCTYPE html><html><body>404</body></html>',
  '\n\n<html>',
  '<HEAD>',
  '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
  '<Error><Code>AccessDenied</Code></Error>',
  '<!-- hotel -->',
  `\xef\xbb\xbf<!doctype html>${SHA1}`,
];

for (const text of PAGES) {
  test(`${JSON.stringify(text.slice(0, 40))} where a sum should be is a page`, () => {
    assert.deepEqual(parseChecksumFile(text, 'sha1'), { kind: 'page' });
  });
}

const MALFORMED: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['blanks', ' \r\n\t '],
  ['a shorter sum', MD5],
  ['one digit too many', `${SHA1}0`],
  ['one digit too few', SHA1.slice(1)],
  ['no hex', SHA1.replace('d', 'g')],
  ['words', 'Not Found'],
  ['UTF-16', Buffer.from(`\ufeff${SHA1}`, 'utf16le').toString('latin1')],
];

for (const [what, text] of MALFORMED) {
  test(`${what} is no SHA-1`, () => {
    assert.equal(parseChecksumFile(text, 'sha1').kind, 'malformed');
  });
}

test('the excerpt of what is no sum is short and printable', () => {
  const sum = parseChecksumFile(`\x1b[31mred\0${'x'.repeat(500)}`, 'md5');

  assert.equal(sum.kind, 'malformed');
  assert.match(sum.kind === 'malformed' ? sum.excerpt : '', /^\?\[31mred\?x{1,80}$/);
});

test('no text makes it throw or look at more than a few kilobytes', () => {
  const algorithm = fc.constantFrom<SumAlgorithm>('md5', 'sha1', 'sha256', 'sha512');
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc
      .array(fc.constantFrom(MD5, SHA1, '=', ')', '(', ':', ' ', '\n', '<', '*'), { maxLength: 12 })
      .map((s) => s.join('')),
  );
  fc.assert(
    fc.property(text, algorithm, (body, chosen) => {
      const sum: ChecksumFile = parseChecksumFile(body, chosen);

      if (sum.kind === 'digest') assert.ok(body.replace(/\s/g, '').toLowerCase().includes(sum.hex));
    }),
    { numRuns: 500 },
  );
  assert.equal(parseChecksumFile(`${'a'.repeat(8192)} ${MD5}`, 'md5').kind, 'malformed');
});

test('every sum of the real collection is read', (t) => {
  if (!needs(t, 'corpus')) return;
  const folder = join(CORPUS, 'repository');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });

  const unread = files.filter((file) => {
    const algorithm = sumAlgorithmOf(file);
    return (
      algorithm !== null && parseChecksumFile(readFileSync(join(folder, file), 'latin1'), algorithm).kind !== 'digest'
    );
  });

  assert.deepEqual(unread, []);
});
