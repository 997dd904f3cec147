import assert from 'node:assert/strict';
import test from 'node:test';
import { parseIndexPage } from '../../../../src/mirror/source/http/index-page.ts';

const URL_OF_PAGE = new URL('https://origin.example.org/repo/g/a/');
const AT = Date.UTC(2026, 10, 21, 1, 30);

/** Name, bytes and milliseconds of each entry, folders with a slash. */
function read(html: string): unknown {
  const page = parseIndexPage(html, URL_OF_PAGE);
  return page?.entries.map(({ name, isFolder, size, mtime }) => [
    isFolder ? `${name}/` : name,
    size?.value ?? null,
    mtime?.value ?? null,
  ]);
}

const PAGES: readonly (readonly [server: string, html: string, entries: unknown])[] = [
  [
    'nginx',
    `<html><head><title>Index of /repo/g/a/</title></head><body><h1>Index of /repo/g/a/</h1><hr><pre><a href="../">../</a>
<a href="1.0/">1.0/</a>                                               21-Nov-2026 01:30                   -
<a href="a-1.0%2Bx.jar">a-1.0+x.jar</a>                                        21-Nov-2026 01:30                1234
</pre><hr></body></html>`,
    [
      ['1.0/', null, AT],
      ['a-1.0+x.jar', 1234, AT],
    ],
  ],
  [
    'Apache, fancy',
    `<html><head><title>Index of /repo/g/a</title></head><body><h1>Index of /repo/g/a</h1>
<pre>      <a href="?C=N;O=D">Name</a>                    <a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a><hr>      <a href="/repo/g/">Parent Directory</a>                             -
      <a href="a%20b/">a b/</a>                    2026-11-21 01:30    -
      <a href="long-name.jar">long-n..&gt;</a> 2026-11-21 01:30  1.2K
      <a href="%c3%bc&amp;.txt">&uuml;&amp;.txt</a>                 2026-11-21 01:30    2
<hr></pre></body></html>`,
    [
      ['a b/', null, AT],
      ['long-name.jar', 1229, AT],
      ['ü&.txt', 2, AT],
    ],
  ],
  [
    'Apache, as a table',
    `<html><head><title>Index of /repo/g/a</title></head><body><table><tr><th><a href="?C=N;O=D">Name</a></th></tr>
<tr><td valign="top">&nbsp;</td><td><a href="sub/">sub/</a></td><td align="right">2026-11-21 01:30  </td><td align="right">  - </td></tr>
<tr><td valign="top">&nbsp;</td><td><a href="x.jar">x.jar</a></td><td align="right">2026-11-21 01:30  </td><td align="right">1.4M</td><td>&nbsp;</td></tr></table>`,
    [
      ['sub/', null, AT],
      ['x.jar', 1_468_006, AT],
    ],
  ],
  [
    'Apache, names alone',
    `<html><head><title>Index of /repo/g/a</title></head><ul><li><a href="/repo/g/"> Parent Directory</a></li><li><a href="x.jar"> x.jar</a></li></ul>`,
    [['x.jar', null, null]],
  ],
  [
    'lighttpd',
    `<title>Index of /repo/g/a/</title><tbody><tr class="d"><td class="n"><a href="../">..</a>/</td></tr>
<tr><td class="n"><a href="x%2By.jar">x+y.jar</a></td><td class="m">2026-Nov-21 01:30:05</td><td class="s">1.2K</td><td class="t">application/octet-stream</td></tr></tbody>`,
    [['x+y.jar', 1229, AT + 5000]],
  ],
  [
    'Caddy',
    `<title>/repo/g/a/</title><h1><a href="/">/</a><a href="/repo/">repo</a></h1><table><tr class="file"><td></td><td><a href="./x.jar"><svg></svg><span class="name">x.jar</span></a></td>
<td data-order="1234">1.2 KiB</td><td class="hideable"><time datetime="2026-11-21T01:30:05Z">11/21/2026 01:30:05 AM +00:00</time></td></tr></table>`,
    [['x.jar', 1229, AT + 5000]],
  ],
  [
    'Clojars',
    `<!DOCTYPE html><html lang="en"><head><title>Clojars Repository: g/a/</title></head><body><header><h1>g/a/</h1></header><hr><main><pre id="contents"><a href="../">../</a>
<a href="1.0/" title="1.0/">1.0/</a>                                                       -         -
<a href="maven-metadata.xml" title="maven-metadata.xml">maven-metadata.xml</a>                                2026-11-21 01:30       310
</pre></main><hr></body></html>`,
    [
      ['1.0/', null, null],
      ['maven-metadata.xml', 310, AT],
    ],
  ],
  [
    'a repository manager with zones in its times and links in full',
    `<title>Index of /repo/g/a</title><table><tr><td><a href="../">Parent Directory</a></td></tr>
<tr><td><a href="https://origin.example.org/repo/g/a/x.jar">x.jar</a></td><td>Sat Nov 21 01:30:05 UTC 2026</td><td>1,234</td></tr></table>`,
    [['x.jar', 1234, AT + 5000]],
  ],
  [
    'Python',
    `<title>Directory listing for /repo/g/a/</title><h1>Directory listing for /repo/g/a/</h1><ul><li><a href="sub/">sub/</a></li><li><a href="x.jar">x.jar</a></li></ul>`,
    [
      ['sub/', null, null],
      ['x.jar', null, null],
    ],
  ],
];

for (const [server, html, entries] of PAGES) {
  test(`a directory page of ${server} is read`, () => {
    assert.deepEqual(read(html), entries);
  });
}

test('what is no directory page is not read as one', () => {
  const pages = [
    '<html><head><title>Welcome to the hotel</title></head><body><a href="login">Log in</a> <a href="terms">Terms</a></body></html>',
    '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>',
    'not found',
    '',
    '<metadata><versioning/></metadata>',
  ];

  assert.deepEqual(pages.map(read), [undefined, undefined, undefined, undefined, undefined]);
});

test('links that do not lead to a child of the folder are left out', () => {
  const links = [
    '../',
    '../../x.jar',
    '/repo/g/b/x.jar',
    'https://elsewhere.example.org/repo/g/a/x.jar',
    '1.0/x.jar',
    '?C=N;O=D',
    'x.jar?download=1',
    '#top',
    '.',
    'javascript:alert(1)',
    '%2e%2e%2fx',
    '%ff.jar',
    'mailto:a@example.org',
    'good.jar',
  ];
  const html = `<h1>Index of /</h1>${links.map((href) => `<a href="${href}">x</a> 1234`).join('\n')}`;

  assert.deepEqual(read(html), [['good.jar', 1234, null]]);
});

test('a name that is linked twice is one entry', () => {
  const html = '<h1>Index of /</h1><a href="x.jar"><img></a> <a href="x.jar">x.jar</a> <a href="x.jar">x.jar</a>';

  assert.deepEqual(read(html), [['x.jar', null, null]]);
});

test('a page made to be slow is read in time that grows with its length alone', () => {
  const hostile = [
    '<a '.repeat(200_000),
    '<a href="'.repeat(100_000),
    `<h1>Index of</h1>${'<a href=x >&'.repeat(100_000)}`,
    '<'.repeat(1_000_000),
  ];

  const read = hostile.map((html) => parseIndexPage(html, URL_OF_PAGE)?.entries.length ?? null);

  assert.deepEqual(read, [null, null, 1, null]);
});
