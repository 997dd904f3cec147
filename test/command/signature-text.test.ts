import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signaturePage } from '../../src/command/signature-text.ts';
import type { SignatureLine } from '../../src/config/shape/signature.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const OTHER = 'org/example/other/1.0/other-1.0.jar';

test('a signature that is not plain is shown with the reason, a plain one without', () => {
  const page = signaturePage();
  page.add(line(JAR, 'bad', 'it does not verify with the key it names'));
  page.add(line(OTHER, 'no-key', 'its key is not here'));

  const text = page.text(summary({ bad: 1, 'no-key': 1 }));

  assert.ok(text.includes(`Why:\n  ${JAR}: it does not verify with the key it names\n`), text);
  assert.ok(!text.includes('its key is not here'), text);
});

test('among many files those are shown that want a look', () => {
  const page = signaturePage();
  for (let at = 0; at < 60; at += 1) page.add(line(`${OTHER}${at}`, 'good', null));
  page.add(line(JAR, 'bad', null));

  const text = page.text(summary({ good: 60, bad: 1 }));

  assert.deepEqual([text.includes(JAR), text.includes(OTHER), text.includes('Why:')], [true, false, false]);
});

function line(path: string, kind: string, because: string | null): SignatureLine {
  const signature = {
    ...{ class: kind, weak: null, trusted: null, continuity: null, notes: [], version: 4, hash: 'sha256' },
    ...{ algorithm: null, issuer: 'D0ACAD776E6D31C6', certificate: null, created: '2007-02-14T22:03:33Z' },
    ...(because === null ? {} : { because }),
  };
  const beside = [`${path}.asc`];
  return { kind: 'signature', path, class: kind, continuity: null, allowed: null, beside, signatures: [signature] };
}

function summary(classes: Record<string, number>) {
  const files = Object.values(classes).reduce((sum, each) => sum + each, 0);
  return { files, classes, weak: 0, refusable: 0, damaged: [], certificates: 1, keysmap_lines: null, seconds: 1 };
}
