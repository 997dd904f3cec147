import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { rsyncDaemon } from '../../support/rsync-daemon.ts';
import { sourceAt } from '../../support/rsync-source.ts';

function put(root: string, path: string, content: string, seconds = 1_700_000_000): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  utimesSync(join(root, path), seconds, seconds);
}

test('content decides what differs, not size or time, and only what was asked about is told', async (t) => {
  if (!needs(t, 'rsync')) return;
  const [root, published] = [temporaryFolder(t), temporaryFolder(t)];
  put(root, 'g/rewritten.jar', 'evil!');
  put(published, 'g/rewritten.jar', 'right');
  put(root, 'g/touched.jar', 'same', 1_600_000_000);
  put(published, 'g/touched.jar', 'same');
  put(root, 'g/lost-here.jar', 'x');
  put(published, 'g/gone-there.jar', 'x');
  put(root, 'g/not-asked.jar', 'evil!');
  put(published, 'g/not-asked.jar', 'right');
  const daemon = await rsyncDaemon(t, root);
  const { source } = sourceAt(t, daemon.url);

  const asked = ['g/rewritten.jar', 'g/touched.jar', 'g/lost-here.jar', 'g/gone-there.jar'];
  const outcome = await source.differing(asked, published, AbortSignal.timeout(60_000));

  assert.deepEqual(outcome.kind === 'compared' && [...outcome.paths].sort(), ['g/lost-here.jar', 'g/rewritten.jar']);
});

test('a server that refuses to sum says so, and is asked once', async (t) => {
  if (!needs(t, 'rsync')) return;
  const [root, published] = [temporaryFolder(t), temporaryFolder(t)];
  put(root, 'g/a.jar', 'x');
  const daemon = await rsyncDaemon(t, root, { 'refuse options': 'checksum' });
  const { source } = sourceAt(t, daemon.url);

  const outcome = await source.differing(['g/a.jar'], published, AbortSignal.timeout(60_000));

  assert.ok(outcome.kind === 'trouble' && outcome.trouble === 'refused');
  assert.match(outcome.sentence, /configured to refuse --checksum/);
});

test('comparing nothing asks nobody', async (t) => {
  const { source } = sourceAt(t, 'rsync://127.0.0.1:1/repo/');

  const outcome = await source.differing([], '/', AbortSignal.timeout(60_000));

  assert.deepEqual(outcome, { kind: 'compared', paths: [] });
});
