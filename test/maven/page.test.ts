import assert from 'node:assert/strict';
import test from 'node:test';
import { looksLikePage } from '../../src/maven/page.ts';

const PAGES = [
  '<!DOCTYPE html><html></html>',
  '<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">',
  '<html>',
  '<HTML lang="en">',
  '<head><title>x</title>',
  '<body>',
  '\n\t <html>',
  '\xef\xbb\xbf<html>',
  '<!-- served by a hotel --><html>',
  '<!-- a --> <!-- b -->\n<html>',
  '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">',
];

for (const text of PAGES) {
  test(`${JSON.stringify(text)} begins a page`, () => {
    assert.equal(looksLikePage(Buffer.from(text, 'latin1')), true);
  });
}

const NO_PAGES = [
  '',
  'PK\x03\x04<html>',
  '<?xml version="1.0"?><project><name><html></name></project>',
  '<project xmlns="http://maven.apache.org/POM/4.0.0">',
  '<metadata/>',
  '<htmlunit/>',
  '<header>',
  '<!-- a comment without an end <html>',
  '<?xml without an end',
  'html',
  '{"html": 1}',
];

for (const text of NO_PAGES) {
  test(`${JSON.stringify(text)} begins no page`, () => {
    assert.equal(looksLikePage(Buffer.from(text, 'latin1')), false);
  });
}

test('only the head of a file is looked at, and a view is read from where it begins', () => {
  assert.equal(looksLikePage(Buffer.from(`${' '.repeat(5000)}<html>`)), false);
  assert.equal(looksLikePage(Buffer.from('<html><a>').subarray(6)), false);
});

test('comments without number and end are walked over once', () => {
  assert.equal(looksLikePage(Buffer.from(`${'<!---->'.repeat(100)}<html>`)), true);
  assert.equal(looksLikePage(Buffer.from('<!--'.repeat(1_000_000))), false);
});
