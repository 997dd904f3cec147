// A scrub for people: what was read, what is wrong, what was done about it, what to do next.

import type { RebuildResult, ScrubFinding, VerifyResult } from '../config/shape/verify.ts';
import { counted, duration, instant, shortList, size } from './text.ts';

const MOST = 20;

export function verifyText(result: VerifyResult, isRepair: boolean, now: number): string {
  const lines = [
    `${counted(result.files, 'file')} read, ${size(result.bytes)}, in ${duration(result.seconds)}: ${verdictOf(result)}`,
  ];
  if (result.resumed_after !== null)
    lines.push(`  went on after ${result.resumed_after}; the scrub began ${instant(result.began_at, now)}`);
  return [
    ...lines,
    ...findingLines(result.findings),
    ...listed('Right again', result.repaired),
    ...listed(`Moved to ${result.moved_to ?? ''}`, result.moved_away),
    ...nextLines(result, isRepair),
  ].join('\n');
}

function verdictOf({ findings, repaired, moved_away: moved }: VerifyResult): string {
  if (findings.length > 0) return `${counted(findings.length, 'fault')}.`;
  return repaired.length + moved.length > 0 ? 'all is as it was published, now.' : 'all is as it was published.';
}

function findingLines(findings: readonly ScrubFinding[]): string[] {
  return shortList(
    findings.map(({ path, verdict, why }) => `  ${verdict.padEnd(14)} ${path}: ${why}`),
    MOST,
  );
}

function listed(title: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return [
    `${title}: ${counted(paths.length, 'file')}`,
    ...shortList(
      paths.map((path) => `  ${path}`),
      MOST,
    ),
  ];
}

function nextLines({ findings }: VerifyResult, isRepair: boolean): string[] {
  if (findings.length === 0) return [];
  if (isRepair)
    return ['What is left stays withheld. The sources do not have it as it was published, or could not be asked.'];
  return [
    'What would be answered wrongly is withheld (403) until it is right again.',
    '  Next: assay verify --repair. If there is much of it, look at the disk first (smartctl, dmesg).',
  ];
}

export function rebuildText(result: RebuildResult): string {
  const taken = `${counted(result.files, 'file')}, ${size(result.bytes)}, in ${duration(result.seconds)}`;
  const kept = result.kept_as === null ? '' : `\n  The old one is ${result.kept_as}, beside it.`;
  const left = shortList(
    result.left_out.map(({ path, verdict, sentence }) => `  ${verdict.padEnd(18)} ${path}: ${sentence}`),
    MOST,
  );
  return [
    `state.db made again from the tree: ${taken}.${kept}`,
    `  From the ledger: ${counted(result.takedowns, 'takedown')} that stand, ${counted(result.known_digests, 'known digest')}.`,
    ...(left.length === 0 ? [] : [`Left out, not served: ${counted(result.left_out.length, 'file')}`, ...left]),
    ...(result.moved_to === null ? [] : [`  What of it lay in the tree lies in ${result.moved_to} now.`]),
    '  Next: assay sync. It fetches what was left out, and learns again what the origin has no more.',
  ].join('\n');
}
