/** Half-open range of all paths below `folder`: `0` is the byte after `/`. The empty folder is the whole tree. */
export function bounds(folder: string): [string, string] {
  return folder === '' ? ['', '\u{10ffff}'] : [`${folder}/`, `${folder}0`];
}

/** Half-open range of the paths that begin with `root.`: `/` is the byte after the dot. */
export function suffixes(root: string): [string, string] {
  return [`${root}.`, `${root}/`];
}
