import { DAY, isoTime, MINUTE } from '../host/clock.ts';
import type { InstallationKey } from '../operator/key.ts';
import { type StateDatabase, writing } from '../state/open.ts';
import { canonicalJson } from './canonical.ts';
import type { ListContent } from './mirror-list.ts';
import { type MirrorList, signList, type UnsignedList } from './signed-list.ts';

export interface ListStore {
  /** The list that stands, signed; null before the first. */
  current(): MirrorList | null;
  /** Makes and signs a new list when something has changed, or when the one that stands would run out. Null when it stands. */
  renew(content: ListContent, key: InstallationKey, now: number): MirrorList | null;
}

/** Carried by mirrors through an outage of their primary. */
const LIFE_MS = 14 * DAY;
/** So often at most for the sake of its times alone. */
const RENEWED_AFTER_MS = 10 * MINUTE;

export function openListStore(database: StateDatabase): ListStore {
  const row = database.prepare<[], { sequence: number; content: string; document: string; made_at: number }>(
    'SELECT * FROM primary_list',
  );
  const put = database.prepare(
    'INSERT OR REPLACE INTO primary_list (id, sequence, content, document, made_at) VALUES (1, ?, ?, ?, ?)',
  );
  return {
    current() {
      const found = row.get();
      return found === undefined ? null : (JSON.parse(found.document) as MirrorList);
    },
    renew(content, key, now) {
      const before = row.get();
      const text = canonicalJson(withoutClock(content));
      const isYoung = before !== undefined && Math.abs(now - before.made_at) < RENEWED_AFTER_MS;
      if (isYoung && before.content === text && signerOf(before.document) === key.publicKey) return null;
      // By the clock, so that a database that comes from a backup does not make older lists out of newer ones.
      const sequence = Math.max((before?.sequence ?? 0) + 1, Math.floor(now / 1000));
      const times = { sequence, made_at: isoTime(now), expires_at: isoTime(now + LIFE_MS) };
      const { primary, ...rest } = content;
      const list = signList({ assay_mirrors: 1, primary, ...times, ...rest } satisfies UnsignedList, key);
      writing(database, () => put.run(sequence, text, JSON.stringify(list), now));
      return list;
    },
  };
}

/** What changes with every report, and is no news by itself: a list a minute would be nobody's. */
function withoutClock(content: ListContent): unknown {
  const mirrors = content.mirrors.map(
    ({ reported_at: _, checked_at: __, last_success_at: ___, lag_seconds: lag, ...rest }) => ({
      ...rest,
      // By the quarter of an hour.
      lag: lag === null ? null : Math.floor(lag / 900),
    }),
  );
  return { ...content, mirrors };
}

function signerOf(document: string): string {
  return (JSON.parse(document) as MirrorList).signature.public_key;
}
