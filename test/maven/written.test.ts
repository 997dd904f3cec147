import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { pathFault } from '../../src/maven/path-grammar.ts';
import { readWritten } from '../../src/maven/written.ts';

/** What people paste, and `group artifact version`. */
const ARTIFACTS: readonly (readonly [typed: string, meant: string])[] = [
  ['org.example:tool', 'org.example tool -'],
  ['  org.example:tool:1.0\n', 'org.example tool 1.0'],
  ['org.example:tool:1.0@jar', 'org.example tool 1.0'],
  ['org.example:tool:jar:1.0', 'org.example tool 1.0'],
  ['org.example:tool:jar:sources:1.0', 'org.example tool 1.0'],
  ['implementation("org.example:tool:1.0")', 'org.example tool 1.0'],
  ["testImplementation 'org.example:tool:1.0'", 'org.example tool 1.0'],
  ['Could not find artifact org.example:tool:jar:1.0 in clojars (https://repo.example.org/)', 'org.example tool 1.0'],
  ['[org.example/tool "1.0"]', 'org.example tool 1.0'],
  ['[ring "1.9.0"]', 'ring ring 1.9.0'],
  ['[org.example/tool "1.0" :exclusions [a/b]]', 'org.example tool 1.0'],
  ['org.example/tool {:mvn/version "1.0"}', 'org.example tool 1.0'],
  ['org.clojure/data.json', 'org.clojure data.json -'],
  ['ring/ring-core', 'ring ring-core -'],
  ['pkg:maven/org.example/tool@1.0?type=jar', 'org.example tool 1.0'],
  ['pkg:maven/org.example/tool', 'org.example tool -'],
  ['pkg:maven/org.example/to%6Fl@1.0%2B5', 'org.example tool 1.0+5'],
  [
    '<dependency><groupId>org.example</groupId>\n <artifactId>tool</artifactId><version> 1.0 </version>',
    'org.example tool 1.0',
  ],
  ['<groupId>org.example</groupId><artifactId>tool</artifactId>', 'org.example tool -'],
];

for (const [typed, meant] of ARTIFACTS) {
  test(`${JSON.stringify(typed)} means ${meant}`, () => {
    const written = readWritten(typed);

    assert.equal(
      written.kind === 'artifact' ? `${written.group} ${written.artifact} ${written.version ?? '-'}` : written.kind,
      meant,
    );
  });
}

const PATHS: readonly (readonly [typed: string, path: string])[] = [
  ['org/example/tool/1.0/tool-1.0.jar', 'org/example/tool/1.0/tool-1.0.jar'],
  ['/org/example/tool/', 'org/example/tool/'],
  ['org/', 'org/'],
  ['https://repo.example.org/org/example/tool/1.0/tool-1.0.pom', 'org/example/tool/1.0/tool-1.0.pom'],
  ['https://repo.example.org/org/example/a%2Bb/?x=1#y', 'org/example/a+b/'],
];

for (const [typed, path] of PATHS) {
  test(`${typed} is the path ${path}`, () => {
    assert.deepEqual(readWritten(typed), { kind: 'path', path });
  });
}

test('everything else is words, in lower case, and not endlessly many', () => {
  assert.deepEqual(readWritten('Ring  json,"HTTP"'), { kind: 'words', words: ['ring', 'json', 'http'] });
  assert.deepEqual(readWritten(' '), { kind: 'words', words: [] });
  assert.deepEqual(readWritten('../../etc/passwd').kind, 'words');
  assert.deepEqual(readWritten('a:..:b').kind, 'words');
  const many = readWritten('a '.repeat(5000));
  assert.ok(many.kind === 'words' && many.words.length === 8);
});

test('whatever is typed, what comes out could be a repository path or is words', () => {
  const pieces = fc.constantFrom(
    ':',
    '/',
    '"',
    '[',
    ']',
    ' ',
    '.',
    '..',
    'a',
    'org',
    '%',
    '%2e',
    '<groupId>',
    '</groupId>',
    'https://',
    'pkg:maven/',
    '\u202e',
    '@',
    '{:mvn/version "',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
      ),
      (typed) => {
        const written = readWritten(typed);
        if (written.kind === 'words') return;
        const path =
          written.kind === 'path'
            ? written.path.replace(/\/$/, '')
            : [
                written.group.replaceAll('.', '/'),
                written.artifact,
                ...(written.version === null ? [] : [written.version]),
              ].join('/');
        assert.equal(pathFault(path), null);
      },
    ),
    { numRuns: 2000 },
  );
});
