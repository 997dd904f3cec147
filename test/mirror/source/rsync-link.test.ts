import assert from 'node:assert/strict';
import test from 'node:test';
import { resolveLink } from '../../../src/mirror/source/rsync/link.ts';

const LINKS = new Map([
  ['g/b/in', '../a/a.jar'],
  ['g/b/dotted', './/.././a/./a.jar'],
  ['g/b/twice', 'in'],
  ['g/folder', 'a'],
  ['g/b/through', '../folder/a.jar'],
  ['g/b/absolute', '/etc/passwd'],
  ['g/b/out', '../../../etc/passwd'],
  ['g/b/around', '../../g/a/a.jar'],
  ['g/b/loop', 'loop'],
  ['g/b/ping', 'pong'],
  ['g/b/pong', 'ping'],
  ['g/b/to-absolute', 'absolute'],
  ['top', 'g/a/a.jar'],
  ['up', '..'],
]);

const INSIDE = [
  ['g/b/in', 'g/a/a.jar'],
  ['g/b/dotted', 'g/a/a.jar'],
  ['g/b/twice', 'g/a/a.jar'],
  ['g/b/through', 'g/a/a.jar'],
  ['g/b/around', 'g/a/a.jar'],
  ['g/folder', 'g/a'],
  ['top', 'g/a/a.jar'],
] as const;

for (const [path, target] of INSIDE) {
  test(`the link ${path} leads to ${target}`, () => {
    assert.deepEqual(resolveLink(path, LINKS), { kind: 'inside', path: target });
  });
}

const UNSAFE = [
  ['g/b/absolute', 'link out of the tree -> /etc/passwd'],
  ['g/b/to-absolute', 'link out of the tree -> absolute'],
  ['g/b/out', 'link out of the tree -> ../../../etc/passwd'],
  ['up', 'link out of the tree -> ..'],
  ['g/b/loop', 'link in a loop -> loop'],
  ['g/b/ping', 'link in a loop -> pong'],
] as const;

for (const [path, reason] of UNSAFE) {
  test(`the link ${path} is unsafe: ${reason}`, () => {
    assert.deepEqual(resolveLink(path, LINKS), { kind: 'unsafe', reason });
  });
}
