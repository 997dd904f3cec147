// A push for people: what was put, what stands in its way, what to do next.

import type { PlannedPush, Pushed, PushPlanResult, PushResult } from '../config/shape/push.ts';
import { counted, duration, number, shortList, size, table, withoutControls } from './text.ts';

const MOST = 20;

export function pushText(result: PushResult): string {
  return result.targets.map(targetText).join('\n');
}

const ENDS: Readonly<Record<Pushed['outcome'], string>> = {
  complete: 'is complete',
  owing: 'has all but what is told below',
  failed: 'is NOT complete: some objects failed',
  trouble: 'could not be pushed to the end',
};

function targetText(target: Pushed): string {
  const head = `${target.name} (${target.place}) ${ENDS[target.outcome]}, generation ${number(target.generation)}, after ${duration(target.seconds)}.`;
  return [head, ...workLines(target), ...troubleLines(target), ...driftLines(target), ...purgeLines(target)].join('\n');
}

function workLines(target: Pushed): string[] {
  if (target.kind === 'purge') return [];
  const adopted = target.adopted === 0 ? '' : `, ${number(target.adopted)} stood there already`;
  return [
    `  put ${counted(target.objects, 'object')}, ${size(target.bytes)}${adopted}; removed ${number(target.removed.length)}`,
  ];
}

function troubleLines(target: Pushed): string[] {
  return [
    ...section(
      'Failed',
      target.failures.map(({ sentence }) => sentence),
      'The next push tries again; until then nothing is removed and no metadata put.',
    ),
    ...section(
      'Other bytes stand under a released key',
      target.conflicts.map(
        ({ path, observed }) => `${path}: ${observed.size} bytes, SHA-256 ${observed.sha256 ?? 'not read'}`,
      ),
      'Find out who put them. They are never written over: delete such an object, and the next push puts ours.',
    ),
    ...section('Kept back for that', target.held, null),
    ...guardLines(target),
  ];
}

function guardLines({ refused, name }: Pushed): string[] {
  if (refused === null) return [];
  const share = (refused.ratio * 100).toFixed(1);
  return [
    `  The guard ${refused.guard} refused to remove ${counted(refused.files, 'object')} (${share} % of the target).`,
    `  Next: look at \`assay push --plan ${name}\`. If it is meant:`,
    `  assay push --accept-plan ${refused.plan_sha256} ${name}`,
  ];
}

function driftLines({ drift }: Pick<Pushed, 'drift'>): string[] {
  if (drift === null) return [];
  const { missing, foreign, altered } = drift;
  const adopted = drift.adopted === 0 ? '' : `; ${number(drift.adopted)} were not known to be ours, and are`;
  return [
    `  Compared with its listing: ${counted(drift.listed, 'object')}, ${number(missing.length)} missing, ${number(altered.length)} altered, ${number(foreign.length)} foreign${adopted}.`,
    ...section('Missing', missing, null),
    ...section('Altered', altered, null),
    ...section('Foreign, left alone', foreign, null),
  ];
}

function purgeLines({ purge }: Pushed): string[] {
  if (purge === null) return [];
  if (purge.stale === 0) return ['  Its CDN was told, and has nothing of old.'];
  const what = purge.everything ? 'anything as it was' : `${counted(purge.stale, 'path')} as they were`;
  const given = purge.given_up === 0 ? 'it is tried again' : 'it refuses, see above; tried again by the next push';
  return [`  Its CDN may still have ${what}: ${given}.`];
}

function section(title: string, lines: readonly string[], next: string | null): string[] {
  if (lines.length === 0) return [];
  const shown = shortList(
    lines.map((line) => `    ${withoutControls(line)}`),
    MOST,
  );
  return [`  ${title}: ${number(lines.length)}`, ...shown, ...(next === null ? [] : [`    Next: ${next}`])];
}

export function pushPlanText(result: PushPlanResult): string {
  return [...result.targets.map(plannedText), 'Nothing was done.'].join('\n');
}

function plannedText(target: PlannedPush): string {
  const parts = [
    plannedSection('To be put', target.additions),
    plannedSection('To be put again', target.changes),
    plannedSection('To be removed', target.removals),
  ].filter((part) => part !== '');
  const violations = section(
    'In conflict',
    target.violations.map(({ path, sentence }) => `${path}: ${sentence}`),
    null,
  );
  const nothing = parts.length + violations.length === 0 ? ['  Nothing to do: it has what the tree has.'] : [];
  const removal =
    target.removals.length === 0
      ? []
      : [`  Removals: plan ${target.plan_sha256}. Older versions stay where the bucket is versioned.`];
  const head = `${target.name} (${target.place}), to generation ${number(target.generation)}:`;
  return [head, ...parts, ...violations, ...driftLines(target), ...removal, ...nothing].join('\n');
}

function plannedSection(title: string, objects: PlannedPush['additions']): string {
  if (objects.length === 0) return '';
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  const rows = objects
    .slice(0, MOST)
    .map((object) => [`    ${withoutControls(object.path)}`, object.kind, size(object.bytes)]);
  const more = objects.length > MOST ? `    ... and ${number(objects.length - MOST)} more; --json has all\n` : '';
  return `  ${title}: ${counted(objects.length, 'object')}, ${size(bytes)}\n${table(['    path', 'kind', 'size'], rows)}${more}`.trimEnd();
}
