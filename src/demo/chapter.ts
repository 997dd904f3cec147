// The words of the demo, chapter by chapter. Pure: values in, text out.

import type { DemoBuild } from './build.ts';
import type { Comparison, WrongAnswer } from './comparison.ts';
import type { DemoMirror, Judged, PassReport } from './mirror.ts';
import type { DemoPush } from './pushed.ts';
import type { DemoReport } from './reported.ts';
import { artifactFolder, versionAt } from './repository/catalogue.ts';
import type { Plant } from './repository/origin-change.ts';
import { counted, megabytes, number } from './teller.ts';
import { encodePath } from './visitor.ts';
import type { World } from './world.ts';

const MOST_LINES = 10;

export const OPENING = `assay demo: a Maven repository, a mirror of it, and a night in which five things
happen at the origin. Nothing leaves this machine.
`;

export function originText({ repository, origin, home }: World): string {
  const { artifacts, groups, versions, files, bytes, signers } = repository;
  return [
    'THE ORIGIN',
    `  ${counted(artifacts.length, 'artifact')} in ${counted(groups, 'group')}, ${counted(versions, 'version')}, invented for the occasion:`,
    `  ${counted(files, 'file')}, ${megabytes(bytes)}; jars, POMs, SNAPSHOTs, metadata, sums, and signatures`,
    `  by ${counted(signers.length, 'OpenPGP key')}`,
    `  A real rsync daemon shows it at  ${origin.url}`,
    `  The files themselves are in      ${home}/origin`,
    '',
  ].join('\n');
}

export function firstPassText(report: PassReport, compared: number): string {
  return [
    `  First pass: ${counted(report.listed, 'file')} listed, ${megabytes(report.bytes_fetched)} fetched over rsync, each file verified,`,
    `  then published, in ${seconds(report)}`,
    `  Read back over HTTPS: ${counted(compared, 'file')}, byte for byte what the origin has`,
    '',
  ].join('\n');
}

export function mirrorText(mirror: DemoMirror): string {
  const plain = mirror.http === null ? [] : [`  and at                           ${mirror.http}`];
  return ['THE MIRROR', `  assay serves its own tree at     ${mirror.https}`, ...plain].join('\n');
}

/** What a stranger can type while the demo runs. */
export function tryText(world: World, mirror: DemoMirror): string {
  const artifact = world.repository.artifacts.find(({ packaging }) => packaging === 'jar');
  if (artifact === undefined) return '';
  const version = versionAt(artifact, Number.POSITIVE_INFINITY);
  const folder = `${artifactFolder(artifact)}/${version}`;
  const jar = encodePath(`${folder}/${artifact.artifact}-${version}.jar`);
  return [
    '  Try it from another terminal:',
    `    curl --cacert ${world.caFile} ${mirror.https}${encodePath(artifactFolder(artifact))}/maven-metadata.xml`,
    `    curl -I --cacert ${world.caFile} ${mirror.https}${jar}`,
    '',
  ].join('\n');
}

export function nightText(plants: readonly Plant[]): string {
  return ['THE NIGHT: the origin changes', ...plants.map(({ title }) => `  - ${title}`), ''].join('\n');
}

export function secondPassText(report: PassReport): string {
  const { listed, added, changed, rejected, deferred } = report;
  return [
    'THE MORNING: the next pass',
    `  ${counted(listed, 'file')} listed, ${number(added)} added, ${number(changed)} changed, ${number(rejected.length)} rejected, ${number(deferred.length)} deferred, in ${seconds(report)}`,
    '',
  ].join('\n');
}

const OUTCOMES: Readonly<Record<Plant['kind'], string>> = {
  'new-release': 'Verified and served, every file of it, its metadata last.',
  'rewritten-release': 'The old bytes stay served, with their old sums; the new ones are in quarantine.',
  'wrong-sum': 'In quarantine. No file of that version is served (403), and no metadata names it.',
  'forged-signature':
    'Every sum is right. The signature is `bad`, of other bytes: in quarantine with its jar, and nothing of that version is served.',
  'metadata-ahead': 'Held back. The metadata of yesterday stays served until that version is there.',
};

export function findingsText(plants: readonly Plant[], comparison: Comparison): string {
  const isFound = (plant: Plant) => comparison.found.some(({ path }) => path === plant.path);
  return plants
    .flatMap((plant) => [
      `  ${isFound(plant) ? plant.verdict : `MISSED: ${plant.verdict}`}`,
      `    ${plant.path}`,
      `    ${isFound(plant) ? OUTCOMES[plant.kind] : 'Should have been found, and was not.'}`,
    ])
    .join('\n');
}

/** What the push of the morning came to; why there is none where no S3 server is installed. */
export function pushText(push: DemoPush | null, mirror: DemoMirror): string {
  if (mirror.push === null) return '';
  if (push === null) {
    return `
  Not shown: the same tree in S3, for want of a server (apt-get install radosgw ceph-mon ceph-osd ceph-common)`;
  }
  const seen =
    push.wrong.length === 0
      ? `${push.compared} looked at, all as they must be: what is withheld is not there`
      : `${push.wrong.length} of ${push.compared} looked at are WRONG`;
  return `
  The same tree in S3: ${counted(push.objects, 'object')}, ${megabytes(push.bytes)}, put into a bucket of a real server in ${push.seconds.toFixed(1)} s,
  metadata after what it names; ${seen}`;
}

export function reportText(report: DemoReport | null): string {
  if (report === null) return '';
  const { primary, reports, counted: downloads, asked, mirrors, seconds } = report;
  const same = downloads === asked ? 'as many as we made' : `WE MADE ${number(asked)}`;
  const list = mirrors.map(({ name, healthy }) => `${name} ${healthy ? 'healthy' : 'IN TROUBLE'}`).join(', ');
  return `
  A primary at ${primary} enrolled the mirror and took ${counted(reports, 'signed report')} in ${seconds.toFixed(1)} s: it counts ${counted(downloads, 'download')},
  ${same}. Its signed list of mirrors: ${list}`;
}

export function summaryText(comparison: Comparison, wrong: readonly WrongAnswer[], compared: number): string {
  const { planted, found, unexpected } = comparison;
  const lines = [
    '',
    `  Planted ${planted.length}, found ${found.length}, and ${unexpected.length === 0 ? 'nothing' : number(unexpected.length)} besides. ${counted(compared, 'answer')} compared over HTTPS, ${wrong.length === 0 ? 'all' : `${number(compared - wrong.length)} of them`} as they must be.`,
    ...short(unexpected.map(({ path, verdict }) => `  NOT PLANTED: ${verdict} ${path}`)),
    ...short(wrong.map(({ path, expected, found: got }) => `  WRONG ANSWER: ${path}: ${got} instead of ${expected}`)),
    '',
  ];
  return lines.join('\n');
}

/** Where to look, with what was withheld as the example. */
export function lookText(world: World, mirror: DemoMirror, plants: readonly Plant[]): string {
  const withheld = plants.find(({ kind }) => kind === 'wrong-sum');
  const config = `--config ${world.configFile}`;
  return [
    '  See for yourself:',
    `    npm start -- status ${config}`,
    `    npm start -- quarantine list ${config}`,
    `    npm start -- verify --signatures ${config}`,
    ...(mirror.crawl === null ? [] : [`    npm start -- crawl ${config}`, `    npm start -- incidents list ${config}`]),
    ...(withheld === undefined
      ? []
      : [`    curl -i --cacert ${world.caFile} ${mirror.https}${encodePath(withheld.path)}`]),
    '',
  ].join('\n');
}

/** What a build tool is to do with it, in a line each. */
export function buildText(builds: readonly DemoBuild[], mirror: DemoMirror): string {
  if (builds.length === 0) return '';
  return [
    '  Build with it: Maven and Leiningen, pointed at this mirror by what `assay client-config` writes',
    ...builds.map(({ line }) => `    ${line}`),
    `  The same settings for your own builds: ${mirror.http ?? mirror.https}-/setup`,
    '',
  ].join('\n');
}

/** The one address that somebody who has read nothing should open. */
export function pagesText(url: string): string {
  return [
    '  Look at it: what is mirrored, what was refused and why, which copy lies, who downloads what',
    `    ${url}`,
    '',
  ].join('\n');
}

export function staysText(world: World, everySeconds: number): string {
  return `The mirror stays up and looks at the origin every ${everySeconds} seconds. Change a file below
${world.home}/origin and see what it says. Ctrl-C ends it and removes everything.
`;
}

/** One line for a pass that found something to do; null when it did not. */
export function laterPassText(report: PassReport, before: PassReport, clockTime: string): string | null {
  const { added, changed, removed } = report;
  const lines = [
    ...fresh(report.rejected, before.rejected).map(({ path, verdict }) => `  rejected: ${verdict} ${path}`),
    ...fresh(report.deferred, before.deferred).map(({ path, verdict }) => `  deferred: ${verdict} ${path}`),
  ];
  if (added + changed + removed + lines.length === 0) return null;
  const head = `${clockTime}  a pass: ${number(added)} added, ${number(changed)} changed, ${number(removed)} removed`;
  return [head, ...short(lines)].join('\n');
}

function fresh(now: readonly Judged[], before: readonly Judged[]): Judged[] {
  return now.filter(({ path, verdict }) => !before.some((line) => line.path === path && line.verdict === verdict));
}

/** Never a screen full: what is beyond the first ten is counted. */
function short(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines];
  return [...lines.slice(0, MOST_LINES), `  ... and ${number(lines.length - MOST_LINES)} more`];
}

function seconds(report: PassReport): string {
  return `${report.seconds.toFixed(1)} s`;
}
