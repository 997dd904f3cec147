// A pass for people: what changed, what was refused and why, what to do next.

import type { PlanResult, SyncResult } from '../config/shape/sync.ts';
import { counted, duration, number, shortList, size, table } from './text.ts';
import { verdictWords } from './verdict-words.ts';

const MOST = 20;

export function syncText(result: SyncResult): string {
  const generation = `generation ${number(result.generation)}, ${counted(result.listed, 'file')} at the origin`;
  const changes = `added ${number(result.added)}, changed ${number(result.changed)}, removed ${number(result.removed)}`;
  const work = `${number(result.accepted)} accepted, ${size(result.bytes_fetched)} fetched`;
  const lines = [
    `Pass finished after ${duration(result.seconds)}: ${generation}.`,
    `  ${changes}, absent at the origin ${number(result.absent)}; ${work}`,
  ];
  return [...lines, ...refusedLines(result), ...waitingLines(result), ...guardLines(result)].join('\n');
}

function refusedLines(result: SyncResult): string[] {
  if (result.rejected.length === 0) return [];
  return [
    `Refused, not served: ${counted(result.rejected.length, 'file')}`,
    ...judgedLines(result.rejected),
    '  Next: `assay quarantine list` has the evidence; `assay quarantine release` publishes one all the same.',
  ];
}

function waitingLines(result: SyncResult): string[] {
  if (result.deferred.length === 0) return [];
  return [
    `Waiting, tried again by itself: ${counted(result.deferred.length, 'file')}`,
    ...judgedLines(result.deferred),
  ];
}

function judgedLines(judged: readonly { readonly path: string; readonly verdict: string }[]): string[] {
  const lines = judged.map(({ path, verdict }) => `  ${path}: ${verdict} (${verdictWords(verdict)})`);
  return shortList(lines, MOST);
}

function guardLines({ refused }: SyncResult): string[] {
  if (refused === null) return [];
  const share = (refused.ratio * 100).toFixed(1);
  return [
    `The guard ${refused.guard} refused to remove ${counted(refused.files, 'file')} (${share} % of the tree). All of them stay served.`,
    '  Next: look at `assay sync --plan`. If the origin meant it:',
    `  assay sync --accept-plan ${refused.plan_sha256}`,
  ];
}

export function planText(plan: PlanResult): string {
  const sections = [
    planSection('To be added', plan.additions),
    planSection('To be changed', plan.changes),
    planSection('To be removed', plan.removals),
  ].filter((section) => section !== '');
  const violations = plan.violations.map(({ path, verdict, sentence }) => `  ${path}: ${verdict} (${sentence})`);
  const wrong =
    violations.length === 0
      ? []
      : [`Wrong at the origin: ${number(violations.length)}`, ...shortList(violations, MOST)];
  const nothing =
    sections.length === 0 && wrong.length === 0 ? ['Nothing to do: the tree is as the origin has it.'] : [];
  return [...sections, ...wrong, ...nothing, `Plan ${plan.plan_sha256}. Nothing was done.`].join('\n');
}

function planSection(title: string, files: PlanResult['additions']): string {
  if (files.length === 0) return '';
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = files.slice(0, MOST).map((file) => [`  ${file.path}`, file.kind, size(file.bytes)]);
  const more = files.length > MOST ? `  ... and ${number(files.length - MOST)} more; --json has all\n` : '';
  return `${title}: ${counted(files.length, 'file')}, ${size(bytes)}\n${table(['  path', 'kind', 'size'], rows)}${more}`.trimEnd();
}
