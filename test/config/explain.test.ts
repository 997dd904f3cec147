import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configJsonSchema, explainOptions } from '../../src/config/explain.ts';

test('every option has a meaning, and a default unless it must be given', () => {
  const notes = explainOptions();

  assert.deepEqual(
    notes.filter(({ meaning }) => meaning === '').map(({ key }) => key),
    [],
  );
  const required = notes.filter(({ fallback, opens, key }) => fallback === null && !opens && !/[[]/.test(key));
  assert.deepEqual(
    required.map(({ key }) => key),
    [
      'name',
      'source.url',
      'source.ssh.user',
      'source.ssh.key_file',
      'source.ssh.known_hosts',
      'serve.tls.certificate',
      'serve.tls.key',
      'report.primary',
    ],
  );
});

test('the reference knows form and default of options at every depth', () => {
  const notes = new Map(explainOptions().map((note) => [note.key, note]));

  assert.equal(notes.get('source.io_timeout_seconds')?.fallback, '120');
  assert.equal(notes.get('verify.upstream_sums')?.form, 'when-present | required | record');
  assert.equal(notes.get('source.window')?.form, 'text | null');
  assert.equal(notes.get('serve.processes')?.form, 'auto | whole number');
  assert.equal(notes.get('serve.limits.per_address')?.fallback, '1000');
  assert.equal(notes.get('mirrors[].public_keys[].not_after')?.fallback, 'null');
  assert.equal(notes.get('removal')?.opens, true);
});

test('the JSON Schema takes one source or a list of them', () => {
  const schema = configJsonSchema();

  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  const properties = schema.properties as Record<string, { anyOf?: { type: string }[] }>;
  assert.deepEqual(
    properties.source?.anyOf?.map(({ type }) => type),
    ['object', 'array'],
  );
});
