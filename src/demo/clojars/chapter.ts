// The words of the Clojars demo. Pure: values in, text out.

import type { DemoMirror } from '../mirror.ts';
import { counted, megabytes, number } from '../teller.ts';
import type { ClojarsDemoResult, ClojarsStep } from './story.ts';
import type { ClojarsWorld } from './world.ts';

export const OPENING = `assay demo, Clojars: a twin of Clojars as it is today (bucket, CDN, feeds, release feed), a mirror of it, and the
loss of each. Nothing leaves this machine.
`;

export function twinText({ repository, twin, configFile }: ClojarsWorld): string {
  const { artifacts, versions, files, bytes } = repository;
  return [
    'THE TWIN',
    `  ${counted(artifacts.length, 'artifact')}, ${counted(versions, 'version')}, ${counted(files, 'file')}, ${megabytes(bytes)}`,
    `  The bucket, which anybody may list   ${twin.endpoint}${twin.bucket}`,
    `  The CDN in front, pages and feeds    ${twin.cdn}`,
    `  The release feed                     ${twin.releaseFeed}`,
    `  The mirror's configuration           ${configFile}`,
    '',
  ].join('\n');
}

const TITLES: Readonly<Record<string, string>> = {
  first: 'THE FIRST PASS lists the bucket and reads it',
  news: 'A DEPLOYMENT is told by the release feed: nothing else is listed',
  'without-cdn': 'WITHOUT THE CDN the bucket is read as ever',
  'without-release-feed': 'WITHOUT THE RELEASE FEED the whole bucket is listed instead',
  'without-bucket': 'WITHOUT THE BUCKET the CDN is read, by its feeds',
  'without-feeds': 'WITHOUT THE BUCKET AND THE FEEDS the CDN is read by what the release feed names',
  'without-anything': 'WITHOUT ANY OF IT a pass cannot be made, and everything is served',
  rewritten: 'ALL IS BACK, and a released jar has other bytes there: the old ones stay served',
};

export function stepText(step: ClojarsStep, change: string | null, answers: number): string {
  const { requests } = step;
  const asked = Object.entries(requests).flatMap(([part, count]) =>
    count === 0 ? [] : [`${number(count)} to the ${part}`],
  );
  const pass =
    step.read_from === 'nowhere'
      ? 'no source could be read'
      : `read from the ${step.read_from}: ${counted(step.listed, 'file')} listed, ${number(step.added)} new`;
  const right = answers - step.wrong_answers.length;
  return [
    TITLES[step.step] ?? step.step,
    ...(change === null ? [] : [`  ${change}`]),
    `  ${pass}; requests: ${asked.join(', ')}`,
    `  Read back over HTTPS: ${number(right)} of ${counted(answers, 'file')} as they must be${step.clean ? '' : '  <- WRONG'}`,
    '',
  ].join('\n');
}

export function summaryText({ clean, compared, seconds }: ClojarsDemoResult): string {
  return clean
    ? `Through all of it ${counted(compared, 'answer')} were compared byte for byte and are right (${seconds.toFixed(0)} s).`
    : 'NOT EVERYTHING IS AS IT MUST BE: look at the steps marked WRONG.';
}

export function lookText(configFile: string, mirror: DemoMirror): string {
  return [
    '',
    'LOOK FOR YOURSELF, from another terminal:',
    `  npm start -- status --config ${configFile}`,
    `  npm start -- origin drift --config ${configFile}      names the jar that was rewritten`,
    `  The mirror serves at ${mirror.https}`,
    '  The real one: npm start -- init mirror --of clojars --output assay.yaml',
    'Ctrl-C ends it.',
  ].join('\n');
}
