import assert from 'node:assert/strict';
import test from 'node:test';
import { parseBucketPage } from '../../../../src/mirror/source/http/bucket-page.ts';

function page(contents: string, more = '<KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>'): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>${more}${contents}</ListBucketResult>`,
  );
}

const ENTRY = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-21T01:30:05.789Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents>`;

test('a page of a bucket gives keys, sizes, times and tags as they are', () => {
  assert.deepEqual(parseBucketPage(page(ENTRY('g/a/1.0/a-1.0.jar'))), {
    entries: [
      {
        key: 'g/a/1.0/a-1.0.jar',
        size: 5,
        modifiedAt: Date.UTC(2026, 10, 21, 1, 30, 5, 789),
        etag: '"5d41402abc4b2a76b9719d911017c592"',
      },
    ],
    isLast: true,
  });
});

test('keys are decoded where the page says that they are encoded, and only there', () => {
  const encoded = page(
    ENTRY('g/a%2Bb/1.0+x/%C3%BC.jar'),
    '<EncodingType>url</EncodingType><KeyCount>1</KeyCount><IsTruncated>true</IsTruncated>',
  );

  const [first] = parseBucketPage(encoded)?.entries ?? [];
  const [second] = parseBucketPage(page(ENTRY('g/a%2Bb+c')))?.entries ?? [];

  assert.equal(first?.key, 'g/a+b/1.0 x/ü.jar');
  assert.equal(second?.key, 'g/a%2Bb+c');
  assert.equal(parseBucketPage(encoded)?.isLast, false);
});

test('an empty bucket is a listing, and what is none, or was cut, or miscounts, is not', () => {
  assert.deepEqual(parseBucketPage(page('', '<KeyCount>0</KeyCount>')), { entries: [], isLast: true });
  const others = [
    Buffer.from('<Error><Code>AccessDenied</Code></Error>'),
    Buffer.from('<html></html>'),
    page(ENTRY('a')).subarray(0, 250),
    page(ENTRY('a'), '<KeyCount>2</KeyCount>'),
    page('<Contents><Key>a</Key></Contents>', ''),
  ];
  assert.deepEqual(others.map(parseBucketPage), [null, null, null, null, null]);
});
