import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesAny, placeInClojure } from '../../../src/client/edit/clojure.ts';
import { readForms } from '../../../src/client/edit/clojure-reader.ts';
import { insertPieces, strip } from '../../../src/client/edit/marked.ts';

const STYLE = { open: ';; ', close: '' };
const MIRRORS = { key: ':mirrors', kind: 'map', lines: ['#"a" {:url "x"}', '#"b" {:url "y"}'] } as const;
const CERTIFICATES = { key: ':certificates', kind: 'vector', lines: ['"ca.pem"'] } as const;
const ANYTHING = () => null;

test('forms are told apart, and what stands in strings, comments and discarded forms is not read', () => {
  const read = readForms(
    '#!/usr/bin/env clj\n; {not this\n{:a "}" :b \\} #_ (gone {) } :c 1} ^{:m 1} [x #"\\"]" ] #:ns{:k 1} @v \'(q) #inst "2026" #?(:clj 1) #{1}',
  );

  assert.equal(read.kind, 'fault');

  const again = readForms(
    '#!/usr/bin/env clj\n; {not this\n{:a "}" :b \\} #_(gone {}) :c 1} ^{:m 1} [x #"\\"]" ] #:ns{:k 1} @v \'(q) #inst "2026" #?(:clj 1) #{1}',
  );

  assert.deepEqual(again.kind === 'forms' ? again.forms.map(({ kind }) => kind) : again, [
    ...['map', 'vector', 'tagged', 'tagged', 'tagged', 'tagged', 'tagged', 'set'],
  ]);
});

test('what is no Clojure is told with its line', () => {
  const faults = ['{:a', '{:a 1}}', '{:a\n "b', '{:a}', '[}', '^:x', '#_', '('.repeat(300)].map((text) =>
    readForms(text),
  );

  assert.deepEqual(
    faults.map((fault) => (fault.kind === 'fault' ? `${fault.line}: ${fault.sentence}` : fault.kind)),
    [
      '1: a { that nothing closes',
      '1: an unmatched }',
      '2: a string without an end',
      '1: a map with a key that has no value',
      '1: a [ that nothing closes',
      '1: what the metadata is about is missing',
      '1: a form after #_ is missing',
      '1: more than 200 levels',
    ],
  );
});

test('entries go into the map that is there, and comments and order stay', () => {
  const text = `;; mine
{:auth {:x 1}   ; keep
 :user {:plugins [[a "1"]]
        :mirrors {"corp" {:url "z"}} ; and this
        :certificates ^:replace ["own.pem"]}}
`;

  const whole = edited(text);

  assert.equal(
    whole,
    `;; mine
{:auth {:x 1}   ; keep
 :user {:plugins [[a "1"]]
        :mirrors {
                  ;; assay begin
                  ;; head
                  #"a" {:url "x"}
                  #"b" {:url "y"}
                  ;; assay end, what follows goes on as before:
                  "corp" {:url "z"}} ; and this
        :certificates ^:replace [
                                 ;; assay begin
                                 "ca.pem"
                                 ;; assay end, what follows goes on as before:
                                 "own.pem"]}}
`,
  );
  assert.equal(strip(whole, STYLE)?.text, text);
  assert.equal(readForms(whole).kind, 'forms');
});

test('what is not there is made, in one piece', () => {
  assert.equal(
    edited('{:auth {:x 1}}\n'),
    `{
 ;; assay begin
 ;; head
 :user {:mirrors {#"a" {:url "x"}
                  #"b" {:url "y"}}
        :certificates ["ca.pem"]}
 ;; assay end, what follows goes on as before:
 :auth {:x 1}}
`,
  );
  assert.equal(
    edited('{:user {}}'),
    `{:user {
        ;; assay begin
        ;; head
        :mirrors {#"a" {:url "x"}
                  #"b" {:url "y"}}
        :certificates ["ca.pem"]
        ;; assay end, what follows goes on as before:
        }}`,
  );
});

test('what a program should not edit is told, with the reason', () => {
  const because = ['{:user [:base {:a 1}]}', '{:user {:mirrors [1]}}', '[1]', '{} {}', '', '{:user {'].map((text) => {
    const placed = placeInClojure(text, ':user', [MIRRORS], [], ANYTHING);
    return placed.kind === 'unsafe' ? placed.because : placed.kind;
  });

  assert.deepEqual(because, [
    ':user is no map',
    ':mirrors is no map',
    'it does not hold one map',
    'it does not hold one map',
    'it does not hold one map',
    'line 1 cannot be read: a { that nothing closes',
  ]);
});

test('a key matches as Leiningen has it: a string that is equal, an expression that covers the whole', () => {
  const matching = ['"clojars"', '"https://repo.clojars.org/"', '#"clo.*"', '#".+"', '#"clojars(?<name>"'];
  const other = ['"clojar"', '#"clo"', '#"repo"', 'clojars', ':clojars'];

  const verdicts = [...matching, ...other].map((text) => {
    const read = readForms(text);
    const [form] = read.kind === 'forms' ? read.forms : [];
    return form !== undefined && matchesAny(form, ['clojars', 'https://repo.clojars.org/']);
  });

  assert.deepEqual(verdicts, [...matching.map(() => true), ...other.map(() => false)]);
});

function edited(text: string): string {
  const placed = placeInClojure(text, ':user', [MIRRORS, CERTIFICATES], [';; head'], ANYTHING);
  if (placed.kind === 'unsafe') throw new Error(placed.because);
  return insertPieces(text, placed.pieces, STYLE, false);
}
