import assert from 'node:assert/strict';
import test from 'node:test';
import { artifactAt } from '../../../../src/maven/artifact-name.ts';
import { type Allowance, parseKeysmap } from '../../../../src/mirror/verify/key/keysmap.ts';

const A = 'A'.repeat(40);
const B = 'B'.repeat(40);
const C = 'C'.repeat(40);

function allowance(text: string, path = 'org/example/tool/1.0/tool-1.0.jar'): Allowance {
  const keysmap = parseKeysmap(text);
  assert.deepEqual(keysmap.faults, []);
  const name = artifactAt(path);
  assert.ok(name !== null);
  return keysmap.allowanceOf(name);
}

test('a line is about what its left side names', () => {
  const table: [pattern: string, fits: boolean][] = [
    ['org.example', true],
    ['org.example:tool', true],
    ['ORG.Example:Tool', true],
    ['org.example : tool : 1.0', true],
    ['org.example:tool:jar', true],
    ['org.example:tool:jar:1.0', true],
    ['org.example:tool:pom', false],
    ['org.example:tool:pom:1.0', false],
    ['org.example:tool:2.0', false],
    ['org.example:*:1.0', true],
    ['org.example:to*', true],
    ['org.example:*ol:jar', true],
    ['org.example:t*x', false],
    ['org.exampl', false],
    ['org', false],
    ['org.*', true],
    ['org.example.*', true],
    ['org.example.tool.*', false],
    ['orgxexample', false],
    ['*', true],
    ['*:tool', true],
    ['*:other', false],
    ['org.example:tool:[1.0,2.0)', true],
    ['org.example:tool:(1.0,2.0)', false],
    ['org.example:tool:(,0.9],[1.0,)', true],
    ['org.example:tool:jar:[1.0]', true],
    [String.raw`org.example:tool:~\d+\.\d+`, true],
    ['org.example:tool:~1', false],
    ['org.example:*:!~.*-SNAPSHOT', true],
    ['org.example:*:jar:~.*-snapshot', false],
    ['org.example:tool:jar:sources:1.0', false],
    ['org.example:tool:maven-plugin:1.0', true],
  ];

  assert.deepEqual(
    table.filter(([pattern, fits]) => allowance(`${pattern} = 0x${A}`).isListed !== fits),
    [],
  );
});

test('a classifier may be named before the version, as the public map does', () => {
  const text = 'xalan:xalan:jar:sources:2.7.0 = noSig';

  assert.equal(allowance(text, 'xalan/xalan/2.7.0/xalan-2.7.0-sources.jar').noSignature, true);
  assert.equal(allowance(text, 'xalan/xalan/2.7.0/xalan-2.7.0.jar').noSignature, false);
});

test('all lines that fit count together, in whatever order', () => {
  const found = allowance(`org.example = 0x${A}\norg.example:tool = 0x${B}, noSig\norg.other = 0x${C}\n`);

  assert.deepEqual([A, B, C].map(found.allows), [true, true, false]);
  assert.equal(found.noSignature, true);
  assert.equal(found.badSignature, false);
});

test('comments, empty lines and continued lines are read as the plugin reads them', () => {
  const found = allowance(
    [
      '# a map',
      '',
      'org.example:tool = \\   # first',
      '    # nothing here',
      '',
      `  0x${A}, \\ # one`,
      `  0x${B}   # and the last`,
      `org.other = 0x${C} \\`,
    ].join('\r\n'),
  );

  assert.deepEqual([A, B, C].map(found.allows), [true, true, false]);
});

test('the words say what may be, and nothing written means no signature', () => {
  assert.equal(allowance('org.example = any').anyKey, true);
  assert.equal(allowance('org.example = *').allows(C), true);
  assert.equal(allowance('org.example = NOSIG').noSignature, true);
  assert.equal(allowance('org.example = badSig, noKey').badSignature, true);
  assert.equal(allowance('org.example = badSig, noKey').noKey, true);
  assert.equal(allowance('org.example =').noSignature, true);
  assert.equal(allowance('org.example').noSignature, true);
});

test('a key may be written in groups of digits, and by its end', () => {
  const spaced = `0x${A.match(/.{4}/g)?.join(' ')}`;

  assert.equal(allowance(`org.example = ${spaced}`).allows(A), true);
  assert.equal(allowance(`org.example = 0x${A.slice(-16)}`).allows(A), true);
  assert.equal(allowance(`org.example = 0x${A.slice(-16)}`).allows(B), false);
});

test('an exclamation mark allows a key of which only the revocation is left, and nothing that verifies', () => {
  const found = allowance(`org.example = !0x${A}`);

  assert.equal(found.allows(A), false);
  assert.equal(found.allowsLost(A), true);
  assert.equal(found.allowsLost(A.slice(-16)), true);
  assert.equal(found.allowsLost(B), false);
});

test('a line that cannot be read is told with its number, and the others count', () => {
  const keysmap = parseKeysmap(
    [
      '# head',
      `org.example = 0x${A}, \\`,
      '  perhaps',
      `org.a:b:c:d:e:f = 0x${A}`,
      '= any',
      'org.b = 0x1234',
      'org.c:d:~(?=x) = any',
      'org.d:e:[1.0 = any',
      'org.e:f:1.* = any',
      `org.good = 0x${A}`,
    ].join('\n'),
  );

  assert.deepEqual(
    keysmap.faults.map(({ line }) => line),
    [2, 4, 5, 6, 7, 8, 9],
  );
  assert.equal(keysmap.lines, 1);
});

test('an expression that would run for ever allows nothing, and soon', () => {
  const path = `org/example/tool/${'a'.repeat(60)}/tool-${'a'.repeat(60)}.jar`;

  assert.equal(allowance('org.example:tool:~(a+)+b = any', path).isListed, false);
  assert.equal(allowance('org.example:tool:!~(a+)+b = any', path).isListed, false);
});

test('the version of a map changes with its bytes', () => {
  assert.notEqual(parseKeysmap('a = any').version, parseKeysmap('a = any ').version);
  assert.equal(parseKeysmap('a = any').version, parseKeysmap('a = any').version);
});
