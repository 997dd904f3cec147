import type { CheckResult } from '../config/shape/client.ts';
import { counted, number, shortList, withoutControls } from './text.ts';

const MOST_LINES = 50;

type Entry = CheckResult['differs'][number];

export function checkText(result: CheckResult): string {
  const { files, same, differs, unknown, only_one, folder, repositories } = result;
  const all = repositories.map(withoutControls).join(', ');
  return [
    `${counted(files, 'file')} from ${all} in ${withoutControls(folder)}, compared with:`,
    ...result.against.map(inventoryLine),
    '',
    ...section(differs, 'DIFFERS: somebody publishes other bytes under these names', differingLines),
    ...section(only_one, 'Claimed by one alone', (each) => [`${each.path}   ${holder(each)}`]),
    ...section(unknown, 'Published by none of them', (each) => [each.path]),
    files === 0
      ? `NOTHING WAS COMPARED: no file here is said to have come from ${all}. Build tools say it in _remote.repositories; --repository names what they say.`
      : `${number(same)} are the same, ${number(differs.length)} differ, ${number(only_one.length)} are claimed by one alone, ${number(unknown.length)} are published by none.`,
    ...elsewhereLines(result),
    ...(result.reported ? ['What differs was reported to the primary.'] : []),
  ].join('\n');
}

function inventoryLine({ url, name, generation, rows, public_key, pinned }: CheckResult['against'][number]): string {
  if (name === null) return `  ${url}   could not be read`;
  const key =
    public_key === null ? 'UNSIGNED' : pinned ? 'signed with the key that you named' : `signed with ${public_key}`;
  return `  ${url}   ${withoutControls(name)}, generation ${generation}, ${counted(rows, 'row')}, ${key}`;
}

function section(entries: readonly Entry[], title: string, linesOf: (entry: Entry) => string[]): string[] {
  if (entries.length === 0) return [];
  return [`${title}:`, ...shortList(entries.flatMap(linesOf), MOST_LINES).map((line) => `  ${line}`), ''];
}

function differingLines({ path, sha256, claims }: Entry): string[] {
  const said = claims.filter((claim) => claim.sha256 !== null);
  return [
    path,
    `  here   ${sha256}`,
    ...said.map((claim) => `  ${claim.sha256 === sha256 ? 'same  ' : 'other '} ${claim.sha256}   ${claim.against}`),
  ];
}

function holder({ claims }: Entry): string {
  return claims.find((claim) => claim.sha256 !== null)?.against ?? '';
}

function elsewhereLines({ elsewhere }: CheckResult): string[] {
  const names = Object.entries(elsewhere).map(([id, count]) => `${id === '' ? 'installed here' : id} ${number(count)}`);
  return names.length === 0
    ? []
    : [`Not looked at, since they came from elsewhere: ${shortList(names, 10).join(', ')}.`];
}
