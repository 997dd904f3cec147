// What a configuration without a fault will still not do: goals that a budget cannot meet.

import type { Config } from '../config/schema.ts';
import { CodedError } from '../host/error.ts';
import { figuresOf } from '../watch/crawl/round.ts';
import { budgetsOf } from './crawl-hosts.ts';
import { foldersOf } from './folders.ts';
import { openRoomsToRead } from './rooms.ts';

export interface OutlookVerbs {
  /** Sentences for people; none before the first pass, for nobody knows how much there is to ask for. */
  outlook(config: Config): string[];
}

export function outlookVerbs(): OutlookVerbs {
  return { outlook };
}

function outlook(config: Config): string[] {
  const { crawl } = config;
  if (crawl === null) return [];
  const tree = treeOf(config);
  if (tree === null) return [];
  return budgetsOf(config).flatMap(({ name, budget }) => {
    const { rotationDays } = figuresOf({ ...tree, ...budget });
    if (rotationDays <= crawl.full_rotation_days) return [];
    const needed = Math.ceil(tree.files / crawl.full_rotation_days);
    const days = Number.isFinite(rotationDays) ? `${Math.ceil(rotationDays)} days` : 'no time';
    return [
      `crawl.full_rotation_days is ${crawl.full_rotation_days}, and the budget of ${name} lets every path be asked in ${days}: ${needed} requests a day would do it.`,
    ];
  });
}

function treeOf(config: Config): { readonly files: number; readonly bytes: number } | null {
  try {
    using rooms = openRoomsToRead(foldersOf(config.data));
    const { files, bytes } = rooms.inventory.current();
    return { files, bytes };
  } catch (error) {
    // No database yet, an older one, or one that belongs to somebody else: the file itself is right all the same.
    if (error instanceof CodedError) return null;
    throw error;
  }
}
