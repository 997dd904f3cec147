import assert from 'node:assert/strict';
import test from 'node:test';
import { parseIndexJson } from '../../../../src/mirror/source/http/index-json.ts';

const AT = Date.UTC(2026, 10, 21, 1, 30, 5);

test('the JSON of nginx and that of Caddy are read', () => {
  const nginx = `[{"name":"1.0","type":"directory","mtime":"Sat, 21 Nov 2026 01:30:05 GMT"},
    {"name":"x.jar","type":"file","mtime":"Sat, 21 Nov 2026 01:30:05 GMT","size":1234}]`;
  const caddy = `[{"name":"1.0/","size":4096,"url":"./1.0/","mod_time":"2026-11-21T01:30:05Z","mode":1,"is_dir":true},
    {"name":"x.jar","size":1234,"url":"./x.jar","mod_time":"2026-11-21T01:30:05Z","mode":1,"is_dir":false}]`;
  const entries = [
    { name: '1.0', isFolder: true, size: null, mtime: { value: AT, within: 999, isUtc: true } },
    {
      name: 'x.jar',
      isFolder: false,
      size: { value: 1234, within: 0 },
      mtime: { value: AT, within: 999, isUtc: true },
    },
  ];

  assert.deepEqual(parseIndexJson(nginx), { entries });
  assert.deepEqual(parseIndexJson(caddy), { entries });
});

test('other JSON, and what is none, is no directory', () => {
  const texts = ['', '{}', '[1]', '[{"name":1}]', '[{"name":"x"}]', '<html>'];

  assert.deepEqual(
    texts.map(parseIndexJson),
    texts.map(() => null),
  );
});
