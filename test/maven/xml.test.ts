import assert from 'node:assert/strict';
import test from 'node:test';
import { parseMetadata } from '../../src/maven/metadata.ts';
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

test('a reason is cut, however long the names of the document are', () => {
  const reason = wellFormedness(Buffer.from(`<${'b'.repeat(100_000)}>`));

  assert.equal(reason?.length, 200);
});

const GROUP = 'grüße.日本';

const ENCODED: readonly (readonly [what: string, bytes: Buffer, groupId: string])[] = [
  ['UTF-8', Buffer.from(document('', GROUP)), GROUP],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${document('UTF-8', GROUP)}`), GROUP],
  ['UTF-8 with a byte order mark that says Latin-1', Buffer.from(`\ufeff${document('ISO-8859-1', GROUP)}`), GROUP],
  ['UTF-16 with a little byte order mark', Buffer.from(`\ufeff${document('UTF-16', GROUP)}`, 'utf16le'), GROUP],
  ['UTF-16 with a big byte order mark', Buffer.from(`\ufeff${document('UTF-16', GROUP)}`, 'utf16le').swap16(), GROUP],
  ['UTF-16 without a mark', Buffer.from(document('UTF-16', GROUP), 'utf16le'), GROUP],
  ['big UTF-16 without a mark', Buffer.from(document('UTF-16', GROUP), 'utf16le').swap16(), GROUP],
  ['ISO-8859-1', Buffer.from(document('ISO-8859-1', 'grüße'), 'latin1'), 'grüße'],
  [
    'iso-8859-1 in single quotes',
    Buffer.from("<?xml version='1.0' encoding='iso-8859-1'?><metadata><groupId>\xfc</groupId></metadata>", 'latin1'),
    'ü',
  ],
  ['windows-1252', Buffer.from(document('Cp1252', 'a\x80b'), 'latin1'), 'a€b'],
  ['US-ASCII', Buffer.from(document('US-ASCII', 'plain')), 'plain'],
];

for (const [what, bytes, groupId] of ENCODED) {
  test(`${what} is read as what it is`, () => {
    const parsed = parseMetadata(bytes);

    assert.equal(parsed.kind === 'metadata' ? parsed.groupId : parsed.kind, groupId);
  });
}

test('bytes that are not in the encoding they declare are not well-formed', () => {
  assert.equal(wellFormedness(Buffer.from(document('UTF-8', 'gr\xfc\xdfe'), 'latin1')), 'the bytes are not UTF-8');
  assert.equal(wellFormedness(Buffer.from(document('', '\xff'), 'latin1')), 'the bytes are not utf-8');
});

test('an encoding that nobody knows is a reason of its own name', () => {
  assert.equal(wellFormedness(Buffer.from(document('EBCDIC-37', 'a'))), 'the bytes are not EBCDIC-37');
});

test('names that are long together are told as no path at all', () => {
  const told: string[] = [];
  const name = 'n'.repeat(200);

  readXml(Buffer.from(`<a><${name}><b/></${name}></a>`), (path) => told.push(path));

  assert.deepEqual(told, ['?/b', '?', 'a']);
});

test('a fault of the one who listens is no fault of the document', () => {
  assert.throws(
    () =>
      readXml(Buffer.from('<a/>'), () => {
        throw new RangeError('mine');
      }),
    /mine/,
  );
});

// With anything worse than linear these would take minutes and more: the runner's own deadline would tell.
test('megabytes of each kind of markup are read', () => {
  const units = ['<a/>', '&amp;', ']', ']]', '<!---->', '<?a?>', '<![CDATA[]]>', 'x', '<a b="', '<!DOCTYPE a ['];
  for (const unit of units) {
    const bytes = Buffer.from(`<a>${unit.repeat(Math.floor(XML_CEILING / 4 / unit.length))}</a>`);

    const reason = wellFormedness(bytes);

    assert.ok(reason === null || reason.length <= 200, unit);
  }
});

function document(encoding: string, groupId: string): string {
  const declared = encoding === '' ? '' : ` encoding="${encoding}"`;
  return `<?xml version="1.0"${declared}?>\n<metadata><groupId>${groupId}</groupId></metadata>`;
}
