/**
 * The fewest names that fetch exactly the wanted files: folders that are wanted whole, as high as possible, and single files. rsync copies a
 * folder in bulk far faster than the same files by name.
 */
export interface Cover {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Below this many files, naming each costs less than finding folders. */
const WORTH_FOLDERS = 1000;

/** `countListed` says how many files the listing shows below a folder; a folder is whole when all of them are wanted. */
export function coverOf(paths: readonly string[], countListed: (folder: string) => number): Cover {
  if (paths.length < WORTH_FOLDERS) return { folders: [], files: paths };
  const folders: string[] = [];
  const files: string[] = [];
  descend('', paths, countListed, folders, files);
  return { folders, files };
}

function descend(
  folder: string,
  paths: readonly string[],
  countListed: (folder: string) => number,
  folders: string[],
  files: string[],
): void {
  if (paths.length === countListed(folder)) {
    folders.push(folder);
    return;
  }
  const start = folder === '' ? 0 : folder.length + 1;
  const children = new Map<string, string[]>();
  for (const path of paths) {
    const slash = path.indexOf('/', start);
    if (slash === -1) {
      files.push(path);
      continue;
    }
    const child = path.slice(0, slash);
    const group = children.get(child);
    if (group === undefined) children.set(child, [path]);
    else group.push(path);
  }
  for (const [child, group] of children) {
    if (group.length < 3) files.push(...group);
    else descend(child, group, countListed, folders, files);
  }
}
