import { dayOf, mergeDownloads, sortedByCount } from '../stats/tally.ts';
import type { Rooms } from './rooms.ts';

const DAYS = 7;
const MOST = 200;

/** Jars that were fetched most in the last week, here and wherever is reported from: what most people would notice first. */
export function popularPaths({ counts }: Pick<Rooms, 'counts'>, now: number): string[] {
  const today = dayOf(now);
  const days = counts.days('all').filter((day) => day > today - DAYS);
  const downloads = mergeDownloads(days.map((day) => counts.day(day, 'all', [], now).downloads));
  const released = sortedByCount(downloads, 2 * MOST).filter(({ version }) => !version.endsWith('-SNAPSHOT'));
  return released
    .slice(0, MOST)
    .map(
      ({ group, artifact, version }) =>
        `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`,
    );
}
