// Links told at the end of a listing, when all names are known: the listing is read once more for the files that they lead to.

import type { ListingSink } from '../contract.ts';
import { resolveLink, unsafe } from './link.ts';
import { nameFault } from './listing.ts';
import { parseListingLine } from './listing-line.ts';
import { readName } from './names.ts';
import { readLines } from './tail.ts';
import { startsWith } from './tally.ts';

interface Found {
  readonly type: 'file' | 'folder';
  readonly size: number;
  readonly mtime: number;
}

/** Tells each link as the file it leads to within the tree, or as unsafe. `listing` is the file that holds rsync's lines. */
export async function tellLinks(
  links: ReadonlyMap<string, string>,
  listing: string,
  token: string,
  sink: ListingSink,
): Promise<void> {
  if (links.size === 0) return;
  const leads = new Map([...links.keys()].map((path) => [path, resolveLink(path, links)]));
  const wanted = new Set([...leads.values()].flatMap((fate) => (fate.kind === 'inside' ? [fate.path] : [])));
  const found = await lookUp(wanted, listing, token);
  for (const [path, fate] of leads) {
    const target = fate.kind === 'inside' ? found.get(fate.path) : undefined;
    if (fate.kind === 'inside' && target?.type === 'file') {
      sink.file({ path, size: target.size, mtime: target.mtime, linkTo: fate.path });
      continue;
    }
    const what = target === undefined ? 'link to nothing' : 'link to a folder';
    const written = links.get(path) ?? '';
    const reason = fate.kind === 'unsafe' ? fate.reason : unsafe(what, written).reason;
    sink.odd({ name: path, reason, weight: 'unsafe' });
  }
}

async function lookUp(wanted: ReadonlySet<string>, listing: string, token: string): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const head = Buffer.from(token);
  await readLines(listing, (line) => {
    if (!startsWith(line, head)) return;
    const entry = parseListingLine(line, token.length);
    if (entry === null || (entry.type !== 'file' && entry.type !== 'folder')) return;
    const name = readName(entry.name);
    if (name.text === null || !wanted.has(name.text) || nameFault(name) !== null) return;
    found.set(name.text, { type: entry.type, size: entry.size, mtime: entry.mtime });
  });
  return found;
}
