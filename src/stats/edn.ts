import { type Downloads, sortedCounts } from './tally.ts';

/**
 * `{["group" "artifact"] {"version" 4, "version" 1}, [...] {...}}` on one line: what Clojars publishes as `downloads-YYYYMMDD.edn` and `all.edn`,
 * except that ours is sorted.
 */
export function downloadsEdn(tally: Downloads): string {
  let text = '';
  let before = '';
  for (const { group, artifact, version, count } of sortedCounts(tally)) {
    const key = `[${quoted(group)} ${quoted(artifact)}]`;
    if (key === before) text += ', ';
    else text += `${before === '' ? '' : '}, '}${key} {`;
    text += `${quoted(version)} ${count}`;
    before = key;
  }
  return `{${text}${before === '' ? '' : '}'}}\n`;
}

/** An EDN string: quotes and backslashes are escaped, everything else stands for itself; names have no control characters. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
