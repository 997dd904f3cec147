// Signatures for people: first how many of what, then those that want a look.

import type { SignatureLine, SignatureSummary } from '../config/shape/signature.ts';
import { counted, number, shortList, table } from './text.ts';

/** A short answer is shown whole. */
const FEW_LINES = 40;
const MOST_LINES = 200;
const MOST_REASONS = 10;

/** What the classes mean, in the order of how much they should worry. */
const WORDS: Readonly<Record<string, string>> = {
  bad: 'the signature is of other bytes',
  malformed: 'what lies there is no signature',
  unsupported: 'of a kind that cannot be judged',
  'no-key': 'its key is not in the keyring',
  'unbound-subkey': 'by a key that may not sign files',
  'revoked-hard': 'its key is compromised, or revoked without a reason',
  'wrong-time': 'made at a time that cannot be, or run out',
  'key-expired-before': 'its key had expired when it was made',
  'revoked-before': 'its key had been given up when it was made',
  'revoked-later': 'good; its key was given up later',
  'key-expired-later': 'good; its key has expired since',
  good: 'good',
  unsigned: 'nothing beside it',
  'ssh-only': 'an SSH signature only',
  'sigstore-only': 'a sigstore bundle only',
};

export interface SignaturePage {
  add(line: SignatureLine): void;
  text(summary: SignatureSummary): string;
}

/** Keeps no more lines than it will show. */
export function signaturePage(): SignaturePage {
  const all: SignatureLine[] = [];
  const worth: SignatureLine[] = [];
  let worthCount = 0;
  return {
    add(line) {
      if (all.length <= FEW_LINES) all.push(line);
      if (!isWorthALook(line)) return;
      worthCount += 1;
      if (worth.length < MOST_LINES) worth.push(line);
    },
    text(summary) {
      const isFew = all.length <= FEW_LINES;
      const shown = isFew ? all : worth;
      const rest = isFew ? 0 : worthCount - worth.length;
      return [
        ...classLines(summary),
        '',
        ...(shown.length === 0 ? [] : [lineTable(shown).trimEnd()]),
        ...(rest > 0 ? [`... and ${number(rest)} more: --json has all of them`] : []),
        ...whyLines(shown),
        ...nextLines(summary),
      ].join('\n');
    },
  };
}

function isWorthALook(line: SignatureLine): boolean {
  const isPlain = ['good', 'key-expired-later', 'revoked-later', 'unsigned', 'no-key'].includes(line.class);
  const isNews = line.continuity === 'changed' || line.continuity === 'stripped';
  return !isPlain || isNews || line.signatures.some((each) => each.class === 'bad');
}

function classLines({
  files,
  classes,
  weak,
  refusable,
  certificates,
  keysmap_lines: lines,
}: SignatureSummary): string[] {
  const rows = Object.keys(WORDS)
    .filter((name) => classes[name] !== undefined)
    .map((name) => [`  ${name}`, number(classes[name] ?? 0), WORDS[name] ?? '']);
  const map = lines === null ? 'no keysmap' : `a keysmap of ${counted(lines, 'line')}`;
  return [
    `${counted(files, 'file')}, judged by ${counted(certificates, 'certificate')} and ${map}:`,
    ...(rows.length === 0 ? [] : [table(['  class', 'files', ''], rows).trimEnd()]),
    `  ${number(weak)} of them by a weak digest or key${lines === null ? '' : `, ${number(refusable)} not allowed by the keysmap`}`,
  ];
}

function lineTable(lines: readonly SignatureLine[]): string {
  const rows = lines.map((line) => {
    const best = line.signatures.find((each) => each.class === line.class);
    const who = best?.certificate ?? best?.issuer ?? '';
    const marks = [best?.weak === true ? 'weak' : '', ...(best?.notes ?? []), line.continuity ?? ''].filter(
      (mark) => mark !== '',
    );
    const trust = line.allowed === null ? '' : line.allowed ? 'allowed' : 'NOT ALLOWED';
    return [line.class, trust, marks.join(' '), who, best?.created?.slice(0, 10) ?? '', line.path];
  });
  return table(['class', 'keysmap', 'marks', 'signer', 'made', 'path'], rows);
}

/** Of what is not plain, as far as there is more to say than the class. */
function whyLines(lines: readonly SignatureLine[]): string[] {
  const why = lines
    .filter(isWorthALook)
    .flatMap(({ path, signatures }) =>
      signatures.flatMap(({ because }) => (because == null ? [] : [`${path}: ${because}`])),
    );
  return why.length === 0 ? [] : ['', 'Why:', ...shortList(why, MOST_REASONS).map((line) => `  ${line}`)];
}

function nextLines({ classes, damaged }: SignatureSummary): string[] {
  const next: string[] = [];
  if (classes.bad !== undefined) next.push('A bad signature: ask the publisher, with both files');
  if (classes['no-key'] !== undefined) next.push('Which keys to get first: assay keys census');
  if (damaged.length > 0) next.push(`Damaged here, put it right first: assay verify --repair`);
  return next.length === 0 ? [] : ['', 'What to do:', ...shortList(next, 5).map((line) => `  ${line}`)];
}
