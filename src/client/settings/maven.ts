// Maven's settings.xml. Not a <mirror>: that has no checksum policy, and takes over the laxest of the repositories that it stands for. A
// repository with the same ID in an active profile replaces the one of any POM, policy and all, and is left alone by `mvn deploy`.

import { placeProfile } from '../edit/xml.ts';
import { headLines, type ToolSettings, withoutOrigin } from './tool.ts';
import { plainElsewhere, type Repository, stopsOf, type Wish } from './wish.ts';

const PROFILE = 'assay';
const STYLE = { open: '<!-- ', close: ' -->' };

export const maven: ToolSettings = {
  place: '~/.m2/settings.xml',
  style: STYLE,
  skeleton: `<?xml version="1.0" encoding="UTF-8"?>
<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          xsi:schemaLocation="http://maven.apache.org/SETTINGS/1.0.0 https://maven.apache.org/xsd/settings-1.0.0.xsd">
</settings>
`,
  objection: (wish) => plainElsewhere('Maven', wish),
  placed: (text, wish) => {
    const ids = wish.repositories.flatMap((repository) => [
      ...repository.ids,
      ...stopsOf(wish, repository).map(({ id }) => id),
    ]);
    return placeProfile(text, { id: PROFILE, lines: profileLines(wish), ids });
  },
};

function profileLines(wish: Wish): string[] {
  const { certificateFile } = wish;
  return [
    ...commentLines([
      ...headLines('maven', wish, () => '(mode restore, write)'),
      ...withoutOrigin(wish),
      'What `mvn deploy` uploads goes where the POM says, as before.',
      'A build that calls its repository by another ID asks that: say the ID to client-config as well.',
      ...(certificateFile === null ? [] : [`Java must trust ${certificateFile}: see README, "A private certificate".`]),
    ]),
    '<profile>',
    `  <id>${PROFILE}</id>`,
    ...listLines('repositories', 'repository', wish),
    ...listLines('pluginRepositories', 'pluginRepository', wish),
    '</profile>',
  ];
}

/** Two dashes cannot stand in a comment of XML. */
function commentLines(lines: readonly string[]): string[] {
  return lines.map((line) => `${STYLE.open}${line.replaceAll('--', '- -')}${STYLE.close}`);
}

function listLines(list: string, element: string, wish: Wish): string[] {
  const lines = wish.repositories.flatMap((repository) => repositoryLines(element, repository, wish));
  return [`  <${list}>`, ...lines.map((line) => `    ${line}`), `  </${list}>`];
}

/** Other IDs of the same repository are there and switched off: a POM that names them adds nothing, least of all a plain http:// address, at which Maven stops. */
function repositoryLines(element: string, repository: Repository, wish: Wish): string[] {
  const [first] = wish.mirrors;
  return [
    ...stopsOf(wish, repository).flatMap(({ id, url }) => entryLines(element, id, url, true, repository.snapshots)),
    ...repository.ids
      .slice(1)
      .map((id) => `${STYLE.open}${id} is the same: switched off, so that no POM adds it again${STYLE.close}`),
    ...repository.ids.slice(1).flatMap((id) => entryLines(element, id, first, false, false)),
  ];
}

function entryLines(element: string, id: string, url: string, releases: boolean, snapshots: boolean): string[] {
  const policy = (name: string, enabled: boolean) =>
    `  <${name}><enabled>${enabled}</enabled><checksumPolicy>fail</checksumPolicy></${name}>`;
  return [
    `<${element}>`,
    `  <id>${id}</id>`,
    `  <url>${url.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</url>`,
    policy('releases', releases),
    policy('snapshots', snapshots),
    `</${element}>`,
  ];
}
