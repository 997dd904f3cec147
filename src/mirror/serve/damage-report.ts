import { type Clock, MINUTE } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';

/** Tells the operator that a published file is not what its row says. */
export type DamageReport = (path: string, damage: string) => void;

const PATHS_CEILING = 1000;

/** Each path at most once a minute, and at most a thousand paths in it: clients repeat a request that failed, and a log must not fill the disk. */
export function makeDamageReport(logger: Logger, clock: Pick<Clock, 'now'>): DamageReport {
  const told = new Set<string>();
  let since = clock.now();
  return (path, damage) => {
    const now = clock.now();
    if (Math.abs(now - since) >= MINUTE) {
      told.clear();
      since = now;
    }
    if (told.has(path) || told.size >= PATHS_CEILING) return;
    told.add(path);
    logger.error({ path, damage }, 'published file was damaged');
  };
}
