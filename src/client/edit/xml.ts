// Where a profile goes in somebody's settings.xml, and what stands there already that would take it away again.

import { SaxesParser } from 'saxes';
import { indentAt, type Piece, type Placed, unsafe } from './marked.ts';

interface Layout {
  root: string | null;
  /** Behind `<settings>`; null where it holds nothing at all. */
  inRoot: number | null;
  /** Behind the last element in `<settings>`. */
  afterLast: number | null;
  /** Behind the opening tag of each list in `<settings>`; null where the list is empty, `<profiles/>`. */
  readonly lists: Map<string, number | null>;
  /** By the path of the element, without namespaces. */
  readonly texts: Map<string, string[]>;
}

const PROFILE = 'settings/profiles/profile';
const MIRROR_OF = 'settings/mirrors/mirror/mirrorOf';

/** What goes in: an element of `<profiles>` with this `<id>`, and that ID in `<activeProfiles>`. `ids` are the repositories that it redefines. */
export interface ProfileWanted {
  readonly id: string;
  readonly lines: readonly string[];
  readonly ids: readonly string[];
}

/** Places a profile in a text whose every character is one byte. */
export function placeProfile(text: string, wanted: ProfileWanted): Placed {
  const layout = readLayout(text);
  if (typeof layout === 'string') return unsafe(layout);
  if (layout.root !== 'settings') return unsafe(`its root element is ${layout.root ?? 'missing'}, not settings`);
  const objection = objectionTo(layout, wanted);
  if (objection !== null) return unsafe(objection);
  const pieces = new Map<number, Piece>();
  const lists = [
    ['profiles', wanted.lines],
    // An activation within the profile would do for projects, and not for the extensions of a `.mvn` folder.
    ['activeProfiles', [`<activeProfile>${wanted.id}</activeProfile>`]],
  ] as const;
  for (const [name, lines] of lists) {
    const piece = pieceFor(text, layout, name, lines);
    if (typeof piece === 'string') return unsafe(piece);
    const before = pieces.get(piece.offset);
    pieces.set(piece.offset, before === undefined ? piece : { ...piece, lines: [...before.lines, ...piece.lines] });
  }
  return { kind: 'placed', pieces: [...pieces.values()] };
}

/** What stands there already that would take every request away from the new repositories. */
function objectionTo({ texts }: Layout, { id, ids }: ProfileWanted): string | null {
  if (texts.get(`${PROFILE}/id`)?.includes(id)) return `it has a profile ${id} of its own`;
  const mirrored = texts.get(MIRROR_OF) ?? [];
  const taken = ids.find((each) => mirrored.some((mirrorOf) => isMirrored(each, mirrorOf)));
  if (taken !== undefined) {
    return `a <mirror> in it takes every request for ${taken}, so that nothing would come to the new mirror`;
  }
  const others = ['repositories/repository', 'pluginRepositories/pluginRepository'].flatMap(
    (list) => texts.get(`${PROFILE}/${list}/id`) ?? [],
  );
  const rival = ids.find((each) => others.includes(each));
  return rival === undefined ? null : `another profile in it has a repository ${rival}`;
}

/** Behind the opening tag of the list, or a list of its own behind all that is there. */
function pieceFor(text: string, layout: Layout, name: string, lines: readonly string[]): Piece | string {
  const inList = layout.lists.get(name);
  if (inList === null) return `it has an empty <${name}/>`;
  if (inList !== undefined) return { offset: inList, indent: `${indentAt(text, inList)}  `, lines };
  const offset = layout.afterLast ?? layout.inRoot;
  if (offset === null) return 'it has an empty <settings/>';
  const indent = layout.afterLast === null ? '  ' : indentAt(text, offset);
  return {
    offset,
    indent,
    lines: [`<${name}>`, ...lines.map((line) => (line === '' ? '' : `  ${line}`)), `</${name}>`],
  };
}

/** A sentence where it is no well-formed XML. */
function readLayout(text: string): Layout | string {
  const shift = text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
  const layout: Layout = { root: null, inRoot: null, afterLast: null, lists: new Map(), texts: new Map() };
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
    const at = isSelfClosing ? null : shift + parser.position;
    if (path.length === 1) {
      layout.root = path[0] ?? null;
      layout.inRoot = at;
    }
    if (path.length === 2) layout.lists.set(path[1] ?? '', at);
  });
  parser.on('text', (part) => {
    content += part;
  });
  parser.on('closetag', () => {
    const where = path.join('/');
    layout.texts.set(where, [...(layout.texts.get(where) ?? []), content.trim()]);
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
