import assert from 'node:assert/strict';
import test from 'node:test';
import { followTree } from '../../../../src/mirror/push/purge/purge.ts';
import { layTree, metadata, version } from '../tree.ts';

const PLACE = 'https://mirror.example.org/';
const META = 'g/a/maven-metadata.xml';

test('of a CDN that is new, or was told of another database, nothing is known: it forgets everything, once', (t) => {
  const tree = layTree(t);
  const follow = () => followTree(tree.inventory, tree.record, PLACE);
  const before = follow();
  tree.publish(version('g', 'a', '1.0'));

  const first = follow();
  const stale = tree.record.stale(10);
  tree.record.settleStale(stale);
  const again = follow();
  tree.database.prepare("UPDATE inventory_generation SET lineage = 'another'").run();
  const restored = follow();

  assert.deepEqual([before.paths, first.paths, again.paths, restored.paths], [0, null, 0, null]);
  assert.deepEqual(stale, [{ path: '', was: 'former' }]);
});

test('then what changed since is what it may still have as it was', (t) => {
  const tree = layTree(t);
  tree.publish({ ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']) });
  followTree(tree.inventory, tree.record, PLACE);
  tree.record.settleStale(tree.record.stale(10));
  tree.publish({ 'g/a/1.1/a-1.1.jar': 'new', ...metadata('g', 'a', ['1.0', '1.1']) });
  tree.unpublish(['g/a/1.0/a-1.0.jar']);

  const followed = followTree(tree.inventory, tree.record, PLACE);

  assert.deepEqual([followed.generation, followed.paths], [3, 4]);
  assert.deepEqual(tree.record.stale(10), [
    { path: 'g/a/1.0/a-1.0.jar', was: 'removed' },
    { path: 'g/a/1.1/a-1.1.jar', was: 'absent' },
    { path: META, was: 'former' },
    { path: `${META}.sha1`, was: 'former' },
  ]);
});
