// Keys for people.

import type { Key, KeyCensus, KeyDetail, KeyImport, KeyTrust } from '../config/shape/keys.ts';
import { counted, number, shortList, table, withoutControls } from './text.ts';

const MOST = 15;

export function listText(keys: readonly Key[]): string {
  if (keys.length === 0) return 'The keyring is empty. Bring keys: assay keys import FILE|FOLDER|URL';
  const rows = keys.map((key) => [
    key.fingerprint,
    key.algorithm ?? '?',
    expiryWords(key),
    number(key.artifacts),
    number(key.files),
    key.first_seen?.slice(0, 10) ?? '',
    key.last_seen?.slice(0, 10) ?? '',
    key.user_ids[0] ?? '',
  ]);
  return table(
    ['fingerprint', 'algorithm', 'expires', 'artifacts', 'files', 'first seen', 'last seen', 'user id'],
    rows,
  );
}

function expiryWords({ revoked, revoked_at: at, bare, expires, notes }: Key): string {
  if (revoked !== null) return `REVOKED ${at?.slice(0, 10) ?? ''}${revoked === 'hard' ? ' (hard)' : ''}`;
  if (bare) return 'unknown (bare)';
  if (expires === null) return 'never';
  return `${expires.slice(0, 10)}${notes.includes('expired') ? ' (expired)' : ''}`;
}

export function keyText(key: KeyDetail): string {
  const facts: [string, string][] = [
    ['user ids', key.user_ids.length === 0 ? 'none' : key.user_ids.join(', ')],
    ['made', key.created.slice(0, 10)],
    ['expires', expiryWords(key)],
    ['notes', key.notes.length === 0 ? 'none' : key.notes.join(', ')],
    ['signed here', `${counted(key.files, 'file')} of ${counted(key.artifacts, 'artifact')}`],
  ];
  const rows = key.keys.map((each) => [
    `  ${each.fingerprint}`,
    each.algorithm ?? '?',
    each.created.slice(0, 10),
    each.expires?.slice(0, 10) ?? 'never',
    each.signs ? 'signs' : `does not sign: ${each.because ?? ''}`,
  ]);
  return [
    key.fingerprint,
    ...facts.map(([label, value]) => `  ${label.padEnd(14)}${withoutControls(value)}`),
    '',
    table(['  key', 'algorithm', 'made', 'expires', ''], rows).trimEnd(),
    ...(key.signed.length === 0
      ? []
      : ['', '  Artifacts:', ...shortList(key.signed, MOST).map((line) => `    ${line}`)]),
  ].join('\n');
}

export function importText({ certificates, refused, judged }: KeyImport): string {
  const of = (state: string) => certificates.filter((each) => each.state === state).length;
  const rows = certificates
    .filter(({ state }) => state !== 'unchanged')
    .slice(0, MOST * 4)
    .map((each) => [`  ${each.state}`, each.fingerprint, each.bare ? 'bare' : '', each.user_ids[0] ?? '']);
  const classes = Object.entries(judged.classes).map(([name, files]) => `${number(files)} ${name}`);
  return [
    `${counted(of('new'), 'certificate')} new, ${number(of('updated'))} updated, ${number(of('unchanged'))} known already.`,
    ...(rows.length === 0 ? [] : [table(['  state', 'fingerprint', '', 'user id'], rows).trimEnd()]),
    ...(refused.length === 0 ? [] : [`${number(refused.length)} refused:`]),
    ...shortList(
      refused.map(({ file, sentence }) => `  ${file}: ${sentence}`),
      MOST,
    ),
    judged.changed === 0
      ? 'No published file counts otherwise now.'
      : `Of published files now: ${classes.join(', ')}${judged.whole ? '' : '; the daemon judges the rest'}.`,
    'Which of them may sign what: assay keys trust, or verify.keysmap.',
  ].join('\n');
}

export function trustText({ line, added, known }: KeyTrust): string {
  return [
    `${added ? 'Added' : 'It stands there already'}: ${withoutControls(line)}`,
    ...(known ? [] : ['That key is not in the keyring yet: assay keys import']),
  ].join('\n');
}

export function censusText(census: KeyCensus): string {
  const { files, signed, good, downloads } = census;
  const groups = census.groups
    .slice(0, MOST)
    .map((each) => [
      `  ${each.group}`,
      number(each.files),
      percent(each.signed, each.files),
      percent(each.good, each.files),
    ]);
  const wanted = census.keys_to_get
    .slice(0, MOST)
    .map((each) => [
      `  ${each.issuer}`,
      number(each.files),
      number(each.artifacts),
      each.downloads === null ? '?' : number(each.downloads),
      each.example,
    ]);
  const bare = census.unsigned
    .slice(0, MOST)
    .map((each) => [`  ${each.artifact}`, number(each.files), each.downloads === null ? '?' : number(each.downloads)]);
  return [
    `${counted(files, 'file')}: ${percent(signed, files)} signed, ${percent(good, files)} good.`,
    downloads === null
      ? 'By downloads: not measured (name the access logs in stats.logs).'
      : `By downloads of 30 days: ${percent(downloads.signed, downloads.total)} signed, ${percent(downloads.good, downloads.total)} good.`,
    ...section('Keys to get, most used first:', ['  key', 'files', 'artifacts', 'downloads', 'for'], wanted),
    ...section('Signed by nobody, most used first:', ['  artifact', 'files', 'downloads'], bare),
    ...section('By group:', ['  group', 'files', 'signed', 'good'], groups),
  ].join('\n');
}

function section(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, table(headings, rows).trimEnd()];
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.round((part / whole) * 100)} %`;
}
