import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readForms } from '../../src/client/edit/clojure-reader.ts';
import {
  clientFile,
  configure,
  readWish,
  settingsPath,
  TOOLS,
  type Tool,
  undo,
  type Wish,
} from '../../src/client/settings.ts';
import { wellFormedness } from '../../src/maven/metadata.ts';
import { temporaryFolder } from '../support/folder.ts';

const NOW = Date.parse('2026-11-21T01:30:00Z');
const MIRROR = 'https://mirror.example.org/';

const EXISTING: Readonly<Record<Tool, string>> = {
  maven: '<settings>\n\t<!-- caf\u00e9 --><servers/>\n</settings>\n',
  leiningen: '{:user {:plugins [[a "1"]]} ; \u00e9\n :auth {}}\n',
  deps: '{:aliases {:x {}}\n :mvn/repos {"corp" {:url "https://corp.example/"}}}\n',
  gradle: 'println "mine"',
  boot: 'BOOT_VERSION=2.8.3\r\n',
};

test('what is said is read with its faults told one by one', () => {
  const faults: [Partial<Parameters<typeof readWish>[0]>, RegExp][] = [
    [{ mirrors: [] }, /No mirror/],
    [{ mirrors: ['mirror.example.org'] }, /no address of a repository/],
    [{ mirrors: ['ftp://mirror.example.org/'] }, /no address/],
    [{ mirrors: ['https://mirror.example.org/?a'] }, /no address/],
    [{ mirrors: ['https://u:p@mirror.example.org/'] }, /password does not belong/],
    [{ mirrors: ['http://mirror.example.org/'] }, /plain HTTP, which build tools refuse/],
    [{ repositories: [] }, /No repository/],
    [{ repositories: ['a/b'] }, /no repository/],
    [{ repositories: ['own=nowhere'] }, /no address/],
    [{ certificateFile: '/a"b.pem' }, /no path/],
  ];

  for (const [said, sentence] of faults) {
    const read = readWish({ ...REQUEST, ...said });

    assert.match(read.kind === 'fault' ? read.sentence : JSON.stringify(read), sentence);
  }
});

test('a mirror is written with a slash at its end, and said twice it counts once', () => {
  const { mirrors } = wish({ mirrors: ['https://mirror.example.org', MIRROR, 'http://127.0.0.1:8080/repo'] });

  assert.deepEqual(mirrors, [MIRROR, 'http://127.0.0.1:8080/repo/']);
});

test('Maven: both names of Clojars, sums that must fit, no mirror element, a well-formed file', () => {
  const text = textOf(
    'maven',
    wish({ repositories: ['clojars', 'central'], mirrors: ['https://a--b.example/x?'.slice(0, -1)] }),
  );

  assert.equal(wellFormedness(Buffer.from(text)), null);
  assert.doesNotMatch(text, /<mirror>/);
  for (const list of ['repositories', 'pluginRepositories']) {
    const part = text.slice(text.indexOf(`<${list}>`), text.indexOf(`</${list}>`));
    assert.deepEqual(
      [...part.matchAll(/<id>(.*)<\/id>/g)].map(([, id]) => id),
      [...['clojars', 'clojars-origin', 'clojars.org', 'central', 'central-origin']],
    );
    assert.equal([...part.matchAll(/<checksumPolicy>fail</g)].length, 10);
  }
});

test('Leiningen: an expression covers a whole name or address, and an origin behind the mirror is not mirrored', () => {
  const outage = textOf('leiningen', wish({ mode: 'outage' }));
  const prefer = textOf('leiningen', wish({ mode: 'prefer' }));
  const pattern = (text: string) => new RegExp(`^(?:${/#"(.*?)"/.exec(text)?.[1]})$`);
  const names = [
    'clojars',
    'clojars.org',
    'https://repo.clojars.org/',
    'https://clojars.org/repo',
    'http://clojars.org/repo/',
  ];

  assert.deepEqual(
    names.map((name) => pattern(outage).test(name)),
    [true, true, true, true, true],
  );
  assert.deepEqual(
    names.map((name) => pattern(prefer).test(name)),
    [true, true, false, false, false],
  );
  assert.equal(pattern(outage).test('my-clojars'), false);
  assert.match(prefer, /:repositories \[\["clojars-origin" \{:url "https:\/\/repo\.clojars\.org\/"/);
  assert.doesNotMatch(outage, /repo\.clojars\.org\/"/);
  for (const text of [outage, prefer]) assert.equal(readForms(text).kind, 'forms');
});

test('deps.edn: sums that must fit for releases and snapshots, one map', () => {
  const text = textOf('deps', wish({ mode: 'outage', repositories: ['clojars', 'central'] }));

  assert.equal(readForms(text).kind, 'forms');
  assert.match(
    text,
    /"clojars" \{:url "https:\/\/mirror\.example\.org\/" :releases \{:checksum :fail\} :snapshots \{:checksum :fail\}\}/,
  );
  assert.match(text, /"central" .*:snapshots \{:enabled false\}/);
  assert.doesNotMatch(text, /origin"/);
});

test('in an outage no file names an origin, and in every file the mirror stands', () => {
  for (const tool of TOOLS) {
    const text = textOf(tool, wish({ mode: 'outage', repositories: ['clojars', 'central'] }));

    assert.match(text, /https:\/\/mirror\.example\.org\//, tool);
    assert.doesNotMatch(text, /https:\/\/repo\.clojars\.org|https:\/\/repo\.maven\.apache\.org/, tool);
    assert.match(text, /To undo it/, tool);
  }
});

test('what a tool cannot do is told, and no file is made that would not work', () => {
  const plain = wish({ mirrors: ['http://127.0.0.1:8080/'] });
  const beside = wish({ mirrors: ['http://127.0.0.2:8080/'] });
  const own = wish({ repositories: ['corp'] });

  assert.deepEqual(
    TOOLS.map((tool) => clientFile(tool, plain).kind),
    ['file', 'fault', 'file', 'file', 'fault'],
  );
  // Maven blocks it and asks the origin instead.
  assert.deepEqual(
    TOOLS.map((tool) => clientFile(tool, beside).kind),
    ['fault', 'fault', 'file', 'fault', 'fault'],
  );
  assert.deepEqual(
    TOOLS.map((tool) => clientFile(tool, own).kind),
    ['file', 'file', 'file', 'file', 'fault'],
  );
});

for (const tool of TOOLS) {
  test(`${tool}: settings go into a file that is there and come out of it to the byte, its mode and a copy kept`, (t) => {
    const path = join(temporaryFolder(t), 'file');
    const before = Buffer.from(EXISTING[tool], 'latin1');
    writeFileSync(path, before, { mode: 0o600 });

    const first = configure(tool, wish({}), { path, write: true }, NOW);
    const again = configure(tool, wish({}), { path, write: true }, NOW);
    const other = configure(tool, wish({ mode: 'outage' }), { path, write: true }, NOW);
    const switched = readFileSync(path, 'latin1');
    const copies = readdirSync(join(path, '..')).filter((name) => name !== 'file');
    const kept = readFileSync(join(path, '..', copies[0] ?? ''));
    const modes = [path, join(path, '..', copies[0] ?? '')].map((file) => statSync(file).mode & 0o777);
    const undone = undo(tool, { path, write: true });

    assert.deepEqual(
      [first.kind, again.kind, other.kind, undone.kind],
      ['written', 'unchanged', 'written', 'restored'],
    );
    assert.equal(
      switched.match(/assay begin/g)?.length,
      first.kind === 'written' ? first.text.match(/assay begin/g)?.length : 0,
    );
    assert.deepEqual([copies.length, kept.equals(before), modes], [2, true, [0o600, 0o600]]);
    assert.deepEqual(readFileSync(path), before);
    // The copy that holds what now stands there again is gone.
    assert.equal(readdirSync(join(path, '..')).length, 2);
    assert.equal(undo(tool, { path, write: true }).kind, 'nothing');
  });

  test(`${tool}: a file that was not there is made whole, and goes again unless somebody added to it`, (t) => {
    const path = join(temporaryFolder(t), 'new', 'file');

    const made = configure(tool, wish({}), { path, write: true }, NOW);
    const whole = readFileSync(path, 'latin1');
    const looked = undo(tool, { path, write: false });
    undo(tool, { path, write: true });
    const isGone = !existsSync(path);
    writeFileSync(path, `${whole}\n`);
    const kept = undo(tool, { path, write: true });

    assert.deepEqual([made.kind, made.kind === 'written' && made.backup], ['written', null]);
    assert.equal(whole, textOf(tool, wish({})));
    assert.deepEqual([looked.kind, looked.kind === 'restored' && looked.text], ['restored', null]);
    assert.equal(isGone, true);
    assert.notEqual(kept.kind === 'restored' && kept.text, null);
  });
}

test('a link is written through, and not replaced', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'dotfile'), '{}');
  symlinkSync('dotfile', join(folder, 'deps.edn'));

  configure('deps', wish({}), { path: join(folder, 'deps.edn'), write: true }, NOW);

  assert.equal(readlinkSync(join(folder, 'deps.edn')), 'dotfile');
  assert.match(readFileSync(join(folder, 'dotfile'), 'utf8'), /assay begin/);
});

test('what contradicts the settings is left alone, and named', (t) => {
  const path = join(temporaryFolder(t), 'file');
  const cases: [Tool, string, RegExp][] = [
    [
      'leiningen',
      '{:user {:mirrors {#".*jars" {:url "https://x.example"}}}}',
      /an entry for the same repository, \.\*jars/,
    ],
    ['deps', '{:mvn/repos {"clojars" {:url "https://x.example"}}}', /has "clojars" already/],
    ['maven', '<settings><mirrors><mirror><mirrorOf>*</mirrorOf></mirror></mirrors></settings>', /takes every request/],
    ['deps', '{:a', /cannot be read/],
    ['boot', '# assay begin\nBOOT_X=1\n', /missing its other half/],
  ];

  for (const [tool, text, because] of cases) {
    writeFileSync(path, text);
    const done = configure(tool, wish({}), { path, write: true }, NOW);

    assert.match(done.kind === 'unsafe' ? done.because : done.kind, because);
    assert.equal(readFileSync(path, 'utf8'), text);
  }
});

test('a profile that Leiningen would find twice is not written', (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'profiles.d'));
  writeFileSync(join(home, 'profiles.d', 'user.clj'), '{}');

  const done = configure('leiningen', wish({}), { path: join(home, 'profiles.clj'), write: true }, NOW);

  assert.match(done.kind === 'unsafe' ? done.because : done.kind, /profiles\.d\/user\.clj as well/);
});

test('a file that cannot be written is an error that names it', (t) => {
  const path = join(temporaryFolder(t), 'file');
  writeFileSync(path, '');

  assert.throws(() => configure('deps', wish({}), { path: join(path, 'deps.edn'), write: true }, NOW), {
    code: 'settings-unusable',
    path: join(path, 'deps.edn'),
  });
});

test('each tool is asked for its file as the tool itself would look for it', () => {
  const home = { HOME: '/users/ada' };

  assert.deepEqual(
    TOOLS.map((tool) => settingsPath(tool, home)),
    [
      '/users/ada/.m2/settings.xml',
      '/users/ada/.lein/profiles.clj',
      '/users/ada/.clojure/deps.edn',
      '/users/ada/.gradle/init.d/assay.gradle',
      '/users/ada/.boot/boot.properties',
    ],
  );
  assert.equal(settingsPath('leiningen', { ...home, LEIN_HOME: '/l' }), '/l/profiles.clj');
  assert.equal(settingsPath('deps', { ...home, XDG_CONFIG_HOME: '/x' }), '/x/clojure/deps.edn');
  assert.equal(settingsPath('deps', { ...home, XDG_CONFIG_HOME: '/x', CLJ_CONFIG: '/c' }), '/c/deps.edn');
  assert.throws(() => settingsPath('maven', {}), { code: 'settings-unusable' });
});

const REQUEST = {
  mirrors: [MIRROR],
  repositories: ['clojars'],
  mode: 'prefer',
  certificateFile: null,
} as const;

function wish(said: Partial<Parameters<typeof readWish>[0]>): Wish {
  const read = readWish({ ...REQUEST, ...said });
  if (read.kind === 'fault') throw new Error(read.sentence);
  return read.wish;
}

function textOf(tool: Tool, wanted: Wish): string {
  const file = clientFile(tool, wanted);
  if (file.kind === 'fault') throw new Error(file.sentence);
  return file.text;
}
