// The words of the round over three copies. Pure: values in, text out.

import type { Comparison } from './comparison.ts';
import type { CrawlReport } from './mirror.ts';
import { counted, number } from './teller.ts';
import type { DemoCrawl, MirrorPlant } from './watched.ts';

export function watchText({ plants, report, mail }: DemoCrawl, comparison: Comparison): string {
  const { mirrors, cannot_see } = report;
  const message = mail.find(({ subject }) => subject.includes('divergent'));
  return [
    '',
    'THE WORLD: three copies of this mirror in strange hands, and a round over them',
    ...plants.map(({ title }) => `  - ${title}`),
    '',
    ...mirrors.map(mirrorLine),
    '',
    ...plants.flatMap((plant) => plantLines(plant, comparison)),
    '',
    `  ${cannot_see}`,
    '',
    ...(message === undefined
      ? ['  NOBODY WAS TOLD of the altered jar: the mail server of the demo got no message about it.']
      : [
          `  ${counted(mail.length, 'message')} came to a mail server of the demo. The one about the altered jar:`,
          '',
          ...mailLines(message),
        ]),
  ].join('\n');
}

function mirrorLine({ name, state, claims, proofs, behind_seconds: behind }: CrawlReport['mirrors'][number]): string {
  const late = behind === null || behind === 0 ? '' : `, ${Math.ceil(behind)} s behind`;
  return `  ${name.padEnd(9)} ${state.padEnd(4)}  ${counted(claims, 'claim')} believed, ${number(proofs)} bodies read and hashed${late}`;
}

const OUTCOMES: Readonly<Record<MirrorPlant['kind'], string>> = {
  'lagging-mirror': 'Late, and not wrong: it had no time yet to fetch what came a minute ago.',
  'altered-jar': 'Headers and sums agree with ours; the body does not. It is off the list of healthy mirrors at once.',
  'short-jar': 'Its length gives it away already; that it begins as the genuine one does was read.',
  'stripped-signature': 'The jar is there. Whoever verifies signatures at that mirror cannot.',
  'page-for-file': 'A build would keep the page as a POM.',
};

function plantLines({ kind, mirror, path, verdict }: MirrorPlant, { found }: Comparison): string[] {
  const isFound = found.some((line) => line.mirror === mirror && line.path === path);
  return [
    `  ${isFound ? '' : 'MISSED: '}${verdict} at ${mirror}`,
    `    ${path}`,
    `    ${isFound ? OUTCOMES[kind] : 'Should have been found, and was not.'}`,
  ];
}

function mailLines({ to, subject, text }: DemoCrawl['mail'][number]): string[] {
  return [`To: ${to}`, `Subject: ${subject}`, '', ...text.split('\n')].map((line) => `    | ${line}`.trimEnd());
}
