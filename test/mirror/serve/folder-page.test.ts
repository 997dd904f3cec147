import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Planted } from './planted.ts';
import { serve } from './running.ts';
import { ask } from './wire.ts';

it('a page links everything that lies in the folder, and its links lead there', async (t) => {
  const { server } = await serve(t);

  const page = (await ask(server.url, 'GET', '/com/example/two/')).body.toString();
  const [link] = linksOf(page);
  const inner = (await ask(server.url, 'GET', `/com/example/two/${link}`)).body.toString();
  const [file] = linksOf(inner);

  assert.deepEqual([link, file], ['2.0%2Bb3/', 'two-2.0%2Bb3.pom']);
  assert.equal((await ask(server.url, 'GET', `/com/example/two/${link}${file}`)).status, 200);
  assert.match(inner, /<td>54<\/td><td>2026-11-01 10:00<\/td>/);
});

it('a name of a stranger is text on a page, and never a scheme or a tag', async (t) => {
  const { server } = await serve(t, {}, (planted) => {
    for (const name of ['javascript:alert(1)', '<b>&"\'.txt', 'ü b'])
      planted.put(`odd/${name}`, 'loose', Buffer.from('x'));
    return {};
  });

  const page = (await ask(server.url, 'GET', '/odd/')).body.toString();

  assert.ok(!page.includes('<b>'));
  assert.deepEqual(linksOf(page), ["%3Cb%3E%26%22'.txt", 'javascript%3Aalert(1)', '%C3%BC%20b']);
  for (const link of linksOf(page)) assert.equal((await ask(server.url, 'GET', `/odd/${link}`)).status, 200, link);
});

it('a wide folder is shown in pages that together hold each child once, whatever is asked for between', async (t) => {
  const { server } = await serve(t, {}, (planted) => widen(planted, 2300));
  const seen: string[] = [];

  let query = '';
  let pages = 0;
  for (; pages < 10; pages += 1) {
    const page = (await ask(server.url, 'GET', `/wide/${query}`)).body.toString();
    seen.push(...linksOf(page));
    const more = /<a href="(\?after=[^"]*)">more/.exec(page)?.[1];
    if (more === undefined) break;
    query = more;
  }
  const odd = await ask(server.url, 'GET', '/wide/?after=%00%ff../../&after=x');

  assert.equal(pages, 2);
  assert.equal(seen.length, 2300 + 1);
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(odd.status, 200);
});

it('a folder that has a file of the same name beside it does not hide it', async (t) => {
  const { server } = await serve(t, {}, (planted) => {
    planted.put('both', 'loose', Buffer.from('file'));
    planted.put('both.txt', 'loose', Buffer.from('x'));
    planted.putAll(['both/inside']);
    return {};
  });

  const [file, folder, root] = await Promise.all(['/both', '/both/', '/'].map((path) => ask(server.url, 'GET', path)));

  assert.equal(file?.body.toString(), 'file');
  assert.match(folder?.body.toString() ?? '', /href="\.\/inside"/);
  const links = linksOf(root?.body.toString() ?? '');
  assert.ok(
    ['both', 'both.txt', 'both/'].every((name) => links.includes(name)),
    links.join(),
  );
});

/** Files of one folder, and a folder of it in the middle with many files of its own. */
function widen(planted: Planted, count: number): Record<string, never> {
  planted.putAll(Array.from({ length: count }, (_, n) => `wide/f${String(n).padStart(6, '0')}.txt`));
  planted.putAll(Array.from({ length: 1500 }, (_, n) => `wide/f001000/inner${n}`));
  return {};
}

function linksOf(page: string): string[] {
  return [...page.matchAll(/href="\.\/([^"]*)"/g)].map(([, link]) => link ?? '');
}
