import assert from 'node:assert/strict';
import test from 'node:test';
import { messageOf } from '../../../src/watch/alert/message.ts';
import { FINDING, INCIDENT, NOW } from './incidents.ts';

const SPEAKER = { name: 'mirror.example.org', pages: 'https://mirror.example.org/' };
const OPENED = { kind: 'incident', event: 'opened', incident: INCIDENT, finding: FINDING, threadKey: null } as const;

test('a message says what, where, since when, how we know, who, and what to do', () => {
  const { subject, text, severity } = messageOf(OPENED, SPEAKER);

  assert.equal(subject, '[assay mirror.example.org] critical: divergent at alpha: g/a/1.0/a-1.0.jar');
  assert.equal(severity, 'critical');
  for (const part of [
    'A released file has other bytes there.',
    'where     alpha\n          g/a/1.0/a-1.0.jar\n',
    '2026-11-21T01:30:00.000Z',
    `expected  7 bytes\n          ${'a'.repeat(64)}\n`,
    `observed  8 bytes\n          ${'b'.repeat(64)}\n`,
    'https://alpha.example.org/g/a/1.0/a-1.0.jar\n          status 200, at 2026-11-21T01:30:00.000Z',
    'final URL https://cdn.example.net/a-1.0.jar',
    'probably the mirror',
    'https://mirror.example.org/-/incidents/abcdef0123',
    'What to do: use the mirror for nothing',
    'assay incidents acknowledge abcdef0123',
  ])
    assert.ok(text.includes(part), `${part} is not in:\n${text}`);
  assert.ok(text.split('\n').every((line) => line.length <= 76));
});

test('what is over says since when, and asks for nothing', () => {
  const incident = { ...INCIDENT, state: 'resolved', resolvedAt: NOW + 1000 } as const;

  const { subject, text } = messageOf({ ...OPENED, event: 'resolved', incident, finding: null }, SPEAKER);

  assert.match(subject, /resolved: divergent at alpha/);
  assert.match(text, /over {6}2026-11-21T01:30:01.000Z/);
  assert.match(text, /Nothing: it is over/);
});

test('a digest tells each in a line, and how many more there are', () => {
  const items = [
    { event: 'opened', incident: INCIDENT },
    { event: 'resolved', incident: { ...INCIDENT, id: 'ffff', mirror: null } },
  ] as const;

  const { subject, text, severity } = messageOf({ kind: 'digest', items, more: 3 }, SPEAKER);

  assert.match(subject, /5 changes/);
  assert.match(text, /critical {2}divergent at alpha: g\/a\/1.0\/a-1.0.jar \(abcdef0123\)/);
  assert.match(text, /resolved {2}divergent at this installation/);
  assert.match(text, /and 3 more/);
  assert.equal(severity, 'critical');
});

test('names from outside break no line and no header', () => {
  const incident = { ...INCIDENT, path: 'g/a\r\nBcc: x@example.org\u202e' };

  const { subject, text } = messageOf({ ...OPENED, incident }, SPEAKER);

  assert.doesNotMatch(subject, /[\r\n\u202e]/);
  assert.doesNotMatch(text, /^Bcc/m);
});

test('a trial says that it is one', () => {
  const { subject, text } = messageOf({ kind: 'trial', at: NOW }, SPEAKER);

  assert.match(subject, /TRIAL/);
  assert.match(text, /Nothing is wrong/);
});
