import type { Command } from 'commander';
import type { IncidentPage, IncidentsResult } from '../config/shape/incident.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { counted, instant, number, table, withoutControls } from './text.ts';

export function addIncidents(program: Command, desk: Desk): void {
  const group = program
    .command('incidents')
    .summary('troubles over time: look, take on, end')
    .description(
      prose(`One trouble over time, whatever the number of files: the same wrong bytes in one place, or one mirror and what
        is wrong with it. Passes, scrubs and rounds find them; each has a page of its own at /-/incidents/ID.`),
    );
  addList(group, desk);
  addShow(group, desk);
  addAcknowledge(group, desk);
  addResolve(group, desk);
}

function addList(group: Command, desk: Desk): void {
  const command = group
    .command('list')
    .description('Lists what stands, the newest first.')
    .option('--all', 'also what is over')
    .action((flags: { readonly all?: boolean }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.incidentsList(config, flags.all ?? false);
        return replyWith(done, listText(done.result, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['what is wrong, and since when?', 'assay incidents list']]);
}

function addShow(group: Command, desk: Desk): void {
  const command = group
    .command('show <id>')
    .description('Shows one incident: what happened when, the evidence, who was told. The beginning of its id will do.')
    .action((id: string, _flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.incidentsShow(config, id);
        return replyWith(done, pageText(done.result, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['how do we know?', 'assay incidents show 3f9a2b1c01']]);
}

function addAcknowledge(group: Command, desk: Desk): void {
  const command = group
    .command('acknowledge <id>')
    .description(
      prose(`Says that somebody is on it: it stands quietly, also with what joins it, and changes no exit status any more.
        Audited.`),
    )
    .option('--note <text>', 'who does what, for the page and the audit trail', 'no note')
    .action((id: string, { note }: { readonly note: string }, self: Command) =>
      onInstallation(desk, self, async (config, verbs) => {
        const done = await verbs.incidentsAcknowledge(config, id, { note });
        return replyWith(done, `Acknowledged: ${titleOf(done.result)}`);
      }),
    );
  teach(command, EXIT_STATUSES, [
    [
      'its operator was told',
      'assay incidents acknowledge 3f9a2b1c01 --note "mail to alpha, answer expected on Monday"',
    ],
  ]);
}

function addResolve(group: Command, desk: Desk): void {
  const command = group
    .command('resolve <id>')
    .description(
      prose(`Ends it by an operator's word. A mirror that was taken off the healthy list for it is on probation again. What
        is wrong still is found again by the next round. Audited.`),
    )
    .option('--note <text>', 'why, for the page and the audit trail', 'no note')
    .action((id: string, { note }: { readonly note: string }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.incidentsResolve(config, id, { note }, call.signal);
        return replyWith(done, `Over: ${titleOf(done.result)}`);
      }),
    );
  teach(command, EXIT_STATUSES, [['it was explained', 'assay incidents resolve 3f9a2b1c01 --note "disk replaced"']]);
}

function titleOf({ incident }: IncidentPage): string {
  const { id, verdict, mirror, path } = incident;
  return withoutControls(`${id} ${verdict} at ${mirror ?? 'this installation'}${path === null ? '' : `: ${path}`}`);
}

function listText({ incidents }: IncidentsResult, now: number): string {
  if (incidents.length === 0) return 'No incident stands.';
  const rows = incidents.map((each) => [
    each.id,
    each.state,
    each.severity,
    each.verdict,
    each.mirror ?? 'here',
    instant(each.opened_at, now),
    number(each.findings),
    each.acknowledged_by ?? '',
    each.path ?? '',
  ]);
  return table(['id', 'state', 'severity', 'verdict', 'mirror', 'since', 'findings', 'taken on by', 'path'], rows);
}

function pageText({ incident, timeline, evidence, told }: IncidentPage, now: number): string {
  const facts = [
    ['what', `${incident.verdict} (${incident.severity}), ${incident.state}`],
    ['why', incident.why],
    ['where', incident.mirror ?? 'this installation'],
    ['path', incident.path ?? ''],
    ['since', instant(incident.opened_at, now)],
    ['seen', `${counted(incident.sightings, 'time')}, last ${instant(incident.last_seen_at, now)}`],
    ['expected', incident.expected_sha256 ?? ''],
    ['observed', incident.observed_sha256 ?? ''],
    ['blame', incident.blame],
    ['taken on', incident.acknowledged_by === null ? '' : `${incident.acknowledged_by}: ${incident.note ?? ''}`],
  ].filter(([, value]) => value !== '');
  const [newest] = evidence;
  return [
    `Incident ${incident.id}`,
    ...facts.map(([label = '', value = '']) => `  ${label.padEnd(10)}${withoutControls(value)}`),
    '',
    'What happened',
    ...timeline.map(({ at, kind, detail }) => `  ${instant(at, now)}  ${kind}  ${withoutControls(detail)}`),
    ...(newest === undefined ? [] : ['', ...evidenceLines(newest, evidence.length)]),
    ...(told.length === 0
      ? []
      : [
          '',
          'Told',
          ...told.map(({ channel, at, over }) => `  ${channel}  ${instant(at, now)}${over ? ', that it is over' : ''}`),
        ]),
  ].join('\n');
}

function evidenceLines(newest: IncidentPage['evidence'][number], count: number): string[] {
  const { evidence, path, expected, observed } = newest;
  const bytes = (of: typeof expected) =>
    of === null
      ? 'nothing'
      : `${of.size === null ? 'some' : number(of.size)} bytes, sha256 ${of.sha256 ?? 'not known'}`;
  const lines = [
    ['path', path ?? ''],
    ['asked', evidence.url ?? ''],
    ['final URL', evidence.final_url === evidence.url ? '' : (evidence.final_url ?? '')],
    ['answer', evidence.status === null ? (evidence.failure ?? '') : String(evidence.status)],
    ['expected', bytes(expected)],
    ['observed', bytes(observed)],
  ].filter(([, value]) => value !== '');
  const more = count > 1 ? `, the newest of ${count}` : '';
  return [
    `Evidence${more} (--json has all of it)`,
    ...lines.map(([label = '', value = '']) => `  ${label.padEnd(10)}${withoutControls(value)}`),
  ];
}
