// A page of a release feed (`GET /api/release-feed?from=`, Clojars): what was deployed after a time, oldest first, at most 500 rows. Rows are
// written after all files are, so that a version which stands there is whole; deletions never stand there.

import { type NamedVersion, namedVersion } from './line.ts';

export interface Release extends NamedVersion {
  /** Epoch milliseconds by the feed's own clock. */
  readonly releasedAt: number;
}

export interface ReleasePage {
  readonly releases: readonly Release[];
  /** Rows, also those that name no path. */
  readonly rows: number;
  /** Where to go on, as the feed says; null: it does not. */
  readonly nextFrom: number | null;
}

/** Null: that is no page of a release feed. */
export function parseReleasePage(text: string): ReleasePage | null {
  const page = parsed(text);
  if (page === null || !Array.isArray(page.releases)) return null;
  const releases: Release[] = [];
  for (const row of page.releases) {
    if (typeof row !== 'object' || row === null) return null;
    const { group_id: group, artifact_id: artifact, version, released_at: at } = row as Record<string, unknown>;
    if (typeof group !== 'string' || typeof artifact !== 'string' || typeof version !== 'string') return null;
    const releasedAt = typeof at === 'string' ? Date.parse(at) : Number.NaN;
    if (Number.isNaN(releasedAt)) return null;
    for (const named of namedVersion(group, artifact, version)) releases.push({ ...named, releasedAt });
  }
  const next = typeof page.next_from === 'string' ? Date.parse(page.next_from) : Number.NaN;
  return { releases, rows: page.releases.length, nextFrom: Number.isNaN(next) ? null : next };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // A page of HTML, or half of one of JSON.
    return null;
  }
}
