import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertPieces, strip } from '../../../src/client/edit/marked.ts';
import { placeProfile } from '../../../src/client/edit/xml.ts';

const STYLE = { open: '<!-- ', close: ' -->' };
const WANTED = { id: 'assay', lines: ['<profile>', '  <id>assay</id>', '</profile>'], ids: ['clojars'] };

test('a profile goes before those that are there, and comments, passwords and order stay', () => {
  const text = `<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- mine: <profiles> -->
<settings>
  <servers><server><id>r</id><password>p&amp;w\u00e9</password></server></servers>
  <profiles>
    <!-- first -->
    <profile><id>own</id></profile>
  </profiles>
  <activeProfiles><activeProfile>own</activeProfile></activeProfiles>
</settings>
`;

  const whole = edited(text);

  assert.equal(
    whole,
    text
      .replace(
        '  <profiles>\n',
        `  <profiles>
    <!-- assay begin -->
    <profile>
      <id>assay</id>
    </profile>
    <!-- assay end -->
`,
      )
      .replace(
        '  <activeProfiles><activeProfile>own',
        `  <activeProfiles>
    <!-- assay begin -->
    <activeProfile>assay</activeProfile>
    <!-- assay end, what follows goes on as before: -->
                  <activeProfile>own`,
      ),
  );
  assert.equal(strip(whole, STYLE)?.text, text);
});

test('where there are no profiles they are made, behind what is there', () => {
  const texts = [
    '<settings>\n</settings>\n',
    '<settings><offline>false</offline></settings>',
    '\u00ef\u00bb\u00bf<settings>\r\n  <offline>false</offline>\r\n</settings>\r\n',
    '<m:settings xmlns:m="http://maven.apache.org/SETTINGS/1.0.0">\n<m:servers/>\n</m:settings>',
  ];

  for (const text of texts) {
    const whole = edited(text);

    assert.match(
      whole,
      /<profiles>\r?\n\s+<profile>\r?\n\s+<id>assay<\/id>\r?\n\s+<\/profile>\r?\n\s*<\/profiles>\r?\n\s*<activeProfiles>\r?\n\s*<activeProfile>assay</,
    );
    assert.equal(strip(whole, STYLE)?.text, text);
  }
});

test('what a program should not edit is told, with the reason', () => {
  const cases: [string, RegExp][] = [
    ['<settings><profiles/></settings>', /empty <profiles\/>/],
    ['<settings/>', /empty <settings\/>/],
    ['<settings><profiles></profiles><activeProfiles/></settings>', /empty <activeProfiles\/>/],
    [
      '<settings><profiles><profile><repositories><repository><id>central</id></repository></repositories></profile></profiles></settings>',
      /another profile in it has a repository central/,
    ],
    ['<project></project>', /root element is project/],
    ['', /cannot be read|root element is missing/],
    ['<settings><profiles></settings>', /cannot be read/],
    ['<settings>&mine;</settings>', /cannot be read/],
    ['<settings><profiles><profile><id> assay </id></profile></profiles></settings>', /a profile assay of its own/],
    [
      '<settings><mirrors><mirror><mirrorOf>*</mirrorOf></mirror></mirrors></settings>',
      /takes every request for clojars/,
    ],
    ['<settings><mirrors><mirror><mirrorOf>x, clojars</mirrorOf></mirror></mirrors></settings>', /for clojars/],
    [
      '<settings><mirrors><mirror><mirrorOf>external:*,!clojars</mirrorOf></mirror></mirrors></settings>',
      /for central/,
    ],
  ];

  for (const [text, because] of cases) {
    const placed = placeProfile(text, { ...WANTED, ids: ['clojars', 'central'] });

    assert.match(placed.kind === 'unsafe' ? placed.because : placed.kind, because, text);
  }
});

test('a mirror of something else does not stand in the way', () => {
  const text = '<settings><mirrors><mirror><mirrorOf>*,!clojars</mirrorOf></mirror></mirrors></settings>';

  assert.equal(placeProfile(text, WANTED).kind, 'placed');
});

function edited(text: string): string {
  const placed = placeProfile(text, WANTED);
  if (placed.kind === 'unsafe') throw new Error(placed.because);
  return insertPieces(text, placed.pieces, STYLE, false);
}
