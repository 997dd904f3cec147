import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/load.ts';

const README = join(resolve(import.meta.dirname, '../..'), 'README.md');

test('every configuration that README shows loads, with a name and a source where it shows a part', () => {
  const blocks = [...readFileSync(README, 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text);

  const faults = blocks.flatMap((text) => {
    const shown = parse(text) as Record<string, unknown>;
    const whole = { name: 'mirror.example.org', source: { url: 'rsync://origin.example.org/repo/' }, ...shown };
    const loaded = readConfig(JSON.stringify(whole), {});
    return loaded.kind === 'faults' ? [`${JSON.stringify(loaded.faults)} in:\n${text}`] : [];
  });

  assert.ok(blocks.length >= 5);
  assert.deepEqual(faults, []);
});
