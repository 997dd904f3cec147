// Directories as JSON: nginx with `autoindex_format json`, and Caddy, which knows a few keys more.

import { type IndexEntry, readTime } from './index-entry.ts';
import type { IndexPage } from './index-page.ts';

/** Null: that is no directory in JSON. */
export function parseIndexJson(text: string): IndexPage {
  const list = parsed(text);
  if (!Array.isArray(list)) return null;
  const entries: IndexEntry[] = [];
  for (const item of list) {
    const entry = entryOf(item);
    if (entry === null) return null;
    if (entry.name !== '' && !entry.name.includes('/')) entries.push(entry);
  }
  return { entries };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: the caller looks for another form.
    return null;
  }
}

function entryOf(item: unknown): IndexEntry | null {
  if (typeof item !== 'object' || item === null) return null;
  const { name, type, is_dir: isDir, size, mtime, mod_time: modTime } = item as Record<string, unknown>;
  if (typeof name !== 'string' || (typeof type !== 'string' && typeof isDir !== 'boolean')) return null;
  const isFolder = type === 'directory' || isDir === true;
  const time = typeof mtime === 'string' ? mtime : typeof modTime === 'string' ? modTime : '';
  return {
    name: isFolder ? name.replace(/\/$/, '') : name,
    isFolder,
    size: !isFolder && typeof size === 'number' && Number.isSafeInteger(size) ? { value: size, within: 0 } : null,
    mtime: readTime(time)?.time ?? null,
  };
}
