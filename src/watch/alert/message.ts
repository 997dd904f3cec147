// What people are told: what is wrong, where, since when, how we know, who is probably at fault, and what to do. Pure.

import type { Finding } from '../../finding/finding.ts';
import { isoTime } from '../../host/clock.ts';
import type { EventKind, Incident } from '../incident/incident.ts';

/** As it lies in the outbox: values, so that what is sent tells of the moment in which it happened. */
export type AlertBody =
  | {
      readonly kind: 'incident';
      readonly event: EventKind;
      readonly incident: Incident;
      readonly finding: Finding | null;
      /** The key of the first message about this incident on this channel: later ones belong to its thread. */
      readonly threadKey: string | null;
    }
  /** Several as one: what came within a short time, or, as a reminder, what stands and nobody has taken on. */
  | {
      readonly kind: 'digest';
      readonly items: readonly DigestItem[];
      readonly more: number;
      readonly isReminder?: true;
    }
  | { readonly kind: 'trial'; readonly at: number };

export interface DigestItem {
  readonly event: EventKind;
  readonly incident: Incident;
}

/** Who speaks, and where more is to be read. */
export interface Speaker {
  readonly name: string;
  /** With a slash at its end; null where nothing is served. */
  readonly pages: string | null;
}

export interface Message {
  readonly subject: string;
  /** Several lines. */
  readonly text: string;
  readonly severity: 'critical' | 'warning' | 'notice';
}

export function messageOf(body: AlertBody, speaker: Speaker): Message {
  switch (body.kind) {
    case 'incident':
      return incidentMessage(body, speaker);
    case 'digest':
      return digestMessage(body, speaker);
    case 'trial':
      return {
        subject: `[assay ${speaker.name}] TRIAL: alerts arrive`,
        text: `This is a trial, sent by \`assay alerts test\` at\n${isoTime(body.at)}. Nothing is wrong.\nAlerts of ${speaker.name} arrive here.\n`,
        severity: 'notice',
      };
  }
}

function incidentMessage(body: Extract<AlertBody, { kind: 'incident' }>, speaker: Speaker): Message {
  const { incident, event, finding } = body;
  const isOver = event === 'resolved';
  const head = isOver ? 'resolved' : incident.severity;
  const again = event === 'reopened' ? ' again' : '';
  const page = speaker.pages === null ? [] : [`${speaker.pages}-/incidents/${incident.id}`];
  const facts: Fact[] = [
    ['what', `${incident.verdict}${again}`],
    ['where', ...whereOf(incident)],
    ['since', isoTime(incident.openedAt)],
    ...(isOver && incident.resolvedAt !== null ? [['over', isoTime(incident.resolvedAt)] satisfies Fact] : []),
    ['seen', seenWords(incident)],
    ['expected', ...bytesWords(finding?.expected ?? { size: null, sha256: incident.expectedSha256 })],
    ['observed', ...bytesWords(finding?.observed ?? { size: null, sha256: incident.observedSha256 })],
    ...evidenceFacts(finding),
    ['blame', blameWords(incident.blame)],
    ['incident', incident.id, ...page],
  ];
  const remedy = isOver ? 'Nothing: it is over.' : remedyOf(incident);
  return {
    subject: plain(
      `[assay ${speaker.name}] ${head}: ${incident.verdict} at ${placeOf(incident)}${pathWords(incident)}`,
    ),
    text: `${wrapped(plain(incident.why))}\n\n${factLines(facts)}\n\n${wrapped(`What to do: ${remedy}`)}\n`,
    severity: incident.severity,
  };
}

/** A label, and what belongs to it: each on a line of its own, so that a digest or a URL can be copied, and mail does not break it. */
type Fact = readonly [label: string, ...values: string[]];

const WIDTH = 74;
const INDENT = 10;

function factLines(facts: readonly Fact[]): string {
  const lines = facts.flatMap(([label, ...values]) =>
    values.map((value, at) => `${(at === 0 ? label : '').padEnd(INDENT)}${plain(value)}`),
  );
  return lines.join('\n');
}

/** Broken at blanks: mail is read in narrow windows, and longer lines would be encoded. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > WIDTH) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

const BURST = 'Several things happened within a short time. They are told together.';
const REMINDER = `Nobody has taken these on, and a week has gone by since they were told. They are
told again each week, until they are over or acknowledged.`;

function digestMessage(body: Extract<AlertBody, { kind: 'digest' }>, speaker: Speaker): Message {
  const { items, more } = body;
  const count = items.length + more;
  const lines = items.map(({ event, incident }) => {
    const head = event === 'resolved' ? 'resolved' : incident.severity;
    return plain(
      `${head.padEnd(9)} ${incident.verdict} at ${placeOf(incident)}${pathWords(incident)} (${incident.id})`,
    );
  });
  const rest = more > 0 ? [`... and ${more} more: assay incidents list`] : [];
  const hasTrouble = items.some(({ event }) => event !== 'resolved');
  return {
    subject: `[assay ${speaker.name}] ${body.isReminder ? `${count} still wrong after a week` : `${count} changes of incidents`}`,
    text: `${body.isReminder ? REMINDER : BURST}\n\n${[...lines, ...rest].join('\n')}\n\nWhat to do: assay incidents list\n`,
    severity: hasTrouble ? heaviest(items) : 'notice',
  };
}

function heaviest(items: readonly DigestItem[]): Message['severity'] {
  const standing = items.filter(({ event }) => event !== 'resolved').map(({ incident }) => incident.severity);
  return standing.includes('critical') ? 'critical' : 'warning';
}

/** `alpha`, or our own tree. */
export function placeOf({ mirror }: Incident): string {
  return mirror ?? 'this installation';
}

function whereOf(incident: Incident): string[] {
  const more = incident.findings > 1 ? ` and ${incident.findings - 1} more` : '';
  return incident.path === null ? [`${placeOf(incident)}${more}`] : [placeOf(incident), `${incident.path}${more}`];
}

function pathWords({ path }: Incident): string {
  return path === null ? '' : `: ${path}`;
}

function seenWords({ sightings, findings }: Incident): string {
  return `${sightings} time${sightings === 1 ? '' : 's'}, ${findings} finding${findings === 1 ? '' : 's'}`;
}

function bytesWords({ size, sha256 }: NonNullable<Finding['expected']>): string[] {
  return [...(size === null ? [] : [`${size} bytes`]), ...(sha256 === null ? [] : [sha256])];
}

function evidenceFacts(finding: Finding | null): Fact[] {
  const evidence = finding?.evidence;
  if (evidence === undefined || evidence === null) return [];
  const { url, finalUrl, status, failure, askedAt } = evidence;
  const came = status === null ? `no answer (${failure ?? 'unknown'})` : `status ${status}`;
  const final: Fact[] = finalUrl === url ? [] : [['final URL', finalUrl]];
  return [['asked', url, `${came}, at ${isoTime(askedAt)}`], ...final];
}

const BLAME: Readonly<Record<string, string>> = {
  mirror: 'probably the mirror',
  origin: 'probably the origin',
  publisher: 'probably whoever published it',
  network: 'probably the network between',
  self: 'probably this installation',
  unknown: 'cannot be told from here',
};

const REMEDIES: Readonly<Record<string, string>> = {
  divergent: 'use the mirror for nothing until its operator has explained it; it is off the healthy list already.',
  'origin-changed': 'ask the maintainers of the origin why a released file changed; the old bytes stay served here.',
  'immutable-changed':
    'ask the maintainers of the origin why a released file changed; the old bytes stay served here. `assay quarantine list` shows the new ones.',
  'signature-changed':
    'compare the two signatures; a mirror has no reason to have another one. It is off the healthy list already.',
  'signature-stripped': "tell the mirror's operator: whoever checks signatures there cannot.",
  truncated: "tell the mirror's operator: a transfer was cut, or its disk is full.",
  oversize: "tell the mirror's operator: the file has more bytes than were published.",
  'impostor-page': "tell the mirror's operator: a web page comes with status 200 where a file should be.",
  missing: "tell the mirror's operator: what was published a while ago is not there.",
  extra: "tell the mirror's operator: what was taken down or never published is served there.",
  'index-ahead': "tell the mirror's operator: metadata must come after the files that it names.",
  'torn-group':
    'files and their sums are of different times; builds fail until the next update. If it stays so, look at how it is copied.',
  'sidecar-wrong': "tell the mirror's operator: a checksum file is wrong, the file beside it may be right.",
  'header-wrong': "tell the mirror's operator: a header says another sum than the bytes have.",
  'bad-certificate': "tell the mirror's operator: build tools refuse to talk to it.",
  'certificate-expiring': "tell the mirror's operator to renew the certificate.",
  unreachable: 'look whether the mirror is down for others too, and tell its operator.',
  'pass-overdue': '`assay status` says how the last attempt ended.',
  'round-overdue': '`assay crawl` says why no round comes to its end.',
};

/** Who is probably at fault, for people. */
export function blameWords(blame: string): string {
  return BLAME[blame] ?? blame;
}

/** What to do about a verdict, for people; null where its evidence has to be looked at. Begins in lower case, ends with a full stop. */
export function remedyFor(verdict: string): string | null {
  return REMEDIES[verdict] ?? null;
}

function remedyOf({ verdict, id }: Incident): string {
  const first = remedyFor(verdict) ?? `\`assay incidents show ${id}\` has the evidence.`;
  return `${first}\nSomebody is on it: assay incidents acknowledge ${id}`;
}

/** One line, printable: names and reasons come from outside. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '?').slice(0, 1000);
}
