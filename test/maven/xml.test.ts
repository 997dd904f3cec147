import assert from 'node:assert/strict';
import test from 'node:test';
import { readXml, wellFormedness, XML_CEILING } from '../../src/maven/xml.ts';

const text = (body: string) => wellFormedness(Buffer.from(body));

const WELL_FORMED: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['an element', Buffer.from('<a/>')],
  ['a declaration and comments', Buffer.from('<?xml version="1.0"?><!-- x --><a></a><!-- y -->\n')],
  ['a document type that only names itself', Buffer.from('<!DOCTYPE a><a/>')],
  ['entities that are declared and not used', Buffer.from('<!DOCTYPE a [<!ENTITY x "y">]><a/>')],
  ['an external entity that is declared and not used', Buffer.from('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')],
  ['the five entities and character references', Buffer.from('<a>&lt;&gt;&amp;&apos;&quot;&#233;&#x1F600;</a>')],
  ['UTF-8 with a byte order mark', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-8"?><a>é</a>')],
  ['ISO-8859-1', Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9\xfc</a>', 'latin1')],
  ['UTF-16 little endian', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><a>é</a>', 'utf16le')],
  ['UTF-16 big endian', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><a>é</a>', 'utf16le').swap16()],
  ['UTF-16 without a mark', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf16le')],
  ['CDATA with markup in it', Buffer.from('<a><![CDATA[<b> & </c>]]></a>')],
  ['sixty-four levels', Buffer.from(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)],
];

for (const [what, bytes] of WELL_FORMED) {
  test(`${what}: well-formed`, () => {
    assert.equal(wellFormedness(bytes), null);
  });
}

const FAULTS: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['blanks', Buffer.from('  \n')],
  ['no XML', Buffer.from('PK\x03\x04')],
  ['two roots', Buffer.from('<a/><b/>')],
  ['text after the root', Buffer.from('<a/>x')],
  ['tags crossed', Buffer.from('<a><b></a></b>')],
  ['a tag left open', Buffer.from('<a><b></b>')],
  ['an HTML entity, as old released POMs have', Buffer.from('<project><name>a &nbsp; b &copy;</name></project>')],
  ['an ampersand alone', Buffer.from('<a>Tom & Jerry</a>')],
  ['an attribute without quotes', Buffer.from('<a b=c/>')],
  ['one attribute twice', Buffer.from('<a b="1" b="2"/>')],
  ['a control character', Buffer.from('<a>\x01</a>')],
  ['a reference to NUL', Buffer.from('<a>&#0;</a>')],
  ['bytes that are no UTF-8', Buffer.from('<a>\xe9</a>', 'latin1')],
  ['an encoding that nobody knows', Buffer.from('<?xml version="1.0" encoding="x-secret"?><a/>')],
  ['UTF-16 that ends in the middle of a character', Buffer.from('\ufeff<a/>', 'utf16le').subarray(0, 9)],
  ['sixty-five levels', Buffer.from(`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`)],
];

for (const [what, bytes] of FAULTS) {
  test(`${what}: not well-formed, and said in printable words`, () => {
    assert.match(wellFormedness(bytes) ?? '', /^[\x20-\x7e\u00a1-\uffff]{3,200}$/);
  });
}

test('entities of a document are not expanded, so that no small file becomes a large one', () => {
  const levels = Array.from({ length: 20 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`);

  const reason = text(`<!DOCTYPE a [<!ENTITY l0 "ha">${levels.join('')}]><a>&l20;</a>`);

  assert.match(reason ?? '', /entity/i);
});

test('an external entity is not looked for', () => {
  assert.match(text('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>') ?? '', /entity/i);
});

test('a document type of megabytes without an end ends with the file', () => {
  assert.notEqual(text(`<!DOCTYPE a [${'<!ENTITY x "y">'.repeat(100_000)}`), null);
});

test('each element is told as it ends, children first, with its own text trimmed', () => {
  const told: string[] = [];

  const reason = readXml(Buffer.from('<a> x <b>y<![CDATA[ < ]]></b> z </a>'), (path, body) =>
    told.push(`${path}=${body}`),
  );

  assert.equal(reason, null);
  assert.deepEqual(told, ['a/b=y <', 'a=x  z']);
});

test('what is too large to read is not read', () => {
  assert.match(wellFormedness(Buffer.alloc(XML_CEILING + 1)) ?? '', /over/);
});
