// Where a profile goes in somebody's settings.xml, and what stands there already that would take it away again.

import { SaxesParser } from 'saxes';
import { indentAt, type Placed, unsafe } from './marked.ts';

interface Layout {
  root: string | null;
  /** Behind `<settings>`; null where it holds nothing at all. */
  inRoot: number | null;
  /** Behind the last element in `<settings>`. */
  afterLast: number | null;
  /** Behind `<profiles>`. */
  inProfiles: number | null;
  emptyProfiles: boolean;
  readonly profileIds: string[];
  /** What each `<mirrorOf>` says. */
  readonly mirrored: string[];
}

/** Places `profile`, lines of one element, in a text whose every character is one byte. `ids` are the repositories that it redefines. */
export function placeProfile(
  text: string,
  profile: readonly string[],
  profileId: string,
  ids: readonly string[],
): Placed {
  const layout = readLayout(text);
  if (typeof layout === 'string') return unsafe(layout);
  if (layout.root !== 'settings') return unsafe(`its root element is ${layout.root ?? 'missing'}, not settings`);
  if (layout.emptyProfiles) return unsafe('it has an empty <profiles/>');
  if (layout.profileIds.includes(profileId)) return unsafe(`it has a profile ${profileId} of its own`);
  const taken = ids.find((id) => layout.mirrored.some((mirrorOf) => isMirrored(id, mirrorOf)));
  if (taken !== undefined) {
    return unsafe(`a <mirror> in it takes every request for ${taken}, so that nothing would come to the new mirror`);
  }
  if (layout.inProfiles !== null) {
    const indent = `${indentAt(text, layout.inProfiles)}  `;
    return { kind: 'placed', pieces: [{ offset: layout.inProfiles, indent, lines: profile }] };
  }
  const offset = layout.afterLast ?? layout.inRoot;
  if (offset === null) return unsafe('it has an empty <settings/>');
  const indent = layout.afterLast === null ? '  ' : indentAt(text, offset);
  const lines = ['<profiles>', ...profile.map((line) => (line === '' ? '' : `  ${line}`)), '</profiles>'];
  return { kind: 'placed', pieces: [{ offset, indent, lines }] };
}

/** A sentence where it is no well-formed XML. */
function readLayout(text: string): Layout | string {
  const shift = text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
  const layout: Layout = {
    root: null,
    inRoot: null,
    afterLast: null,
    inProfiles: null,
    emptyProfiles: false,
    profileIds: [],
    mirrored: [],
  };
  const path: string[] = [];
  let content = '';
  const parser = new SaxesParser({ position: true });
  let fault: Error | null = null;
  parser.on('error', (error) => {
    fault ??= error;
  });
  parser.on('opentag', ({ name, isSelfClosing }) => {
    path.push(localName(name));
    content = '';
    const at = shift + parser.position;
    if (path.length === 1) layout.root = path[0] ?? null;
    if (isSelfClosing) layout.emptyProfiles ||= path.join('/') === 'settings/profiles';
    else if (path.length === 1) layout.inRoot = at;
    else if (path.join('/') === 'settings/profiles') layout.inProfiles = at;
  });
  parser.on('text', (part) => {
    content += part;
  });
  parser.on('closetag', () => {
    const where = path.join('/');
    if (where === 'settings/profiles/profile/id') layout.profileIds.push(content.trim());
    if (where === 'settings/mirrors/mirror/mirrorOf') layout.mirrored.push(content.trim());
    if (path.length === 2) layout.afterLast = shift + parser.position;
    path.pop();
  });
  parser.write(text.slice(shift)).close();
  // A reference to an entity of one's own is a fault to the parser and none to Maven: a person looks at it.
  return fault === null ? layout : `it cannot be read: ${(fault as Error).message}`;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Maven's rule: IDs, `*`, `external:*`, each `!ID` an exception. */
function isMirrored(id: string, mirrorOf: string): boolean {
  const words = mirrorOf.split(',').map((word) => word.trim());
  if (words.includes(`!${id}`)) return false;
  return words.some((word) => word === id || word === '*' || word === 'external:*');
}
