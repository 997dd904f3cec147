import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './sources.ts';

/** The chapter of README under the heading (of any level) that `title` fits, to the next heading of its level or above. */
export function readmeChapter(title: RegExp): string {
  return chapterOf(readFileSync(join(PROJECT, 'README.md'), 'utf8'), title);
}

export function chapterOf(text: string, title: RegExp): string {
  const lines = withoutCodeBlocks(text).split('\n');
  const first = lines.findIndex((line) => levelOf(line) > 0 && title.test(line));
  if (first < 0) throw new Error(`README has no chapter whose heading fits ${title}.`);
  const level = levelOf(lines[first] ?? '');
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => levelOf(line) > 0 && levelOf(line) <= level);
  return (end < 0 ? rest : rest.slice(0, end)).join('\n');
}

/** The rows of its tables whose first cell is a word in backticks: that word, and the other cells. */
export function wordRows(chapter: string): { word: string; cells: string[] }[] {
  return chapter.split('\n').flatMap((line) => {
    const cells = cellsOf(line);
    const word = /^`([^`]+)`/.exec(cells[0] ?? '')?.[1];
    return word === undefined ? [] : [{ word, cells: cells.slice(1) }];
  });
}

/** `\|` inside a cell is no border. */
function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** `#` in a shell example is a comment, not a heading; the lines stay, so that numbers fit. */
function withoutCodeBlocks(text: string): string {
  return text.replace(/^```[^\n]*\n.*?^```/gms, (block) => block.replace(/[^\n]+/g, ''));
}

function levelOf(line: string): number {
  return /^(#+) /.exec(line)?.[1]?.length ?? 0;
}
