// The playbook as its own judges see it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { runTool } from '../support/tool-run.ts';
import { ANSIBLE } from './play.ts';

test('yamllint finds nothing in the playbook', async (t) => {
  if (!needs(t, 'yamllint')) return;

  const { status, output } = await judged(t, 'yamllint', '--strict', '.');

  assert.deepEqual([status, output], [0, '']);
});

test('ansible-lint finds nothing in the playbook, under its strictest profile', async (t) => {
  if (!needs(t, 'ansible-lint', 'ansible-playbook', 'yamllint')) return;

  const { status, output } = await judged(t, 'ansible-lint', '--nocolor', 'playbook.yml', 'playbook-uninstall.yml');

  assert.equal(status, 0, output);
  assert.match(output, /Passed with production profile: 0 failure\(s\), 0 warning\(s\)/);
});

test('every variable of the playbook stands in its defaults below the reason for it', () => {
  const text = readFileSync(join(ANSIBLE, 'roles/mirror/defaults/main.yml'), 'utf8');
  const lines = text.split('\n');

  const mute = Object.keys(parse(text) as object).filter((name) => {
    const above = lines[lines.findIndex((line) => line.startsWith(`${name}:`)) - 1] ?? '';
    return !above.startsWith('# ') && !above.startsWith('assay_');
  });

  assert.deepEqual(mute, []);
});

function judged(t: TestContext, program: string, ...words: string[]) {
  const home = temporaryFolder(t);
  return runTool(program, words, { cwd: ANSIBLE, env: { HOME: home, LC_ALL: 'C.UTF-8', XDG_CACHE_HOME: home } });
}
