// `/-/health`: whether this machine can truthfully serve its tree. Red for nothing else: an origin or a primary that is down is no reason.

import { opendirSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import { systemCode } from '../host/error.ts';
import { jsonAnswer, type Route } from '../host/route.ts';
import { REPORT_TOPIC } from '../report/deliver.ts';
import { ALERT_TOPIC } from '../watch/alert/alert.ts';
import { foldersOf } from './folders.ts';
import { PURGE_TOPIC } from './push-target.ts';
import type { Rooms } from './rooms.ts';

/** What `/-/health` answers: 503 when there are reasons. */
export interface Health {
  readonly healthy: boolean;
  readonly reasons: readonly string[];
  /** What somebody should know, and nobody who builds feels. */
  readonly notices: readonly string[];
}

export function healthRoute(config: Config, rooms: Rooms): Route {
  const { published } = foldersOf(config.data);
  const answer = () => {
    const health = healthOf(published, rooms);
    return jsonAnswer(health.healthy ? 200 : 503, 'no-store', health);
  };
  return { method: 'GET', path: '/-/health', weight: 'vital', maxBodyBytes: 0, answer };
}

/** `published`: the folder of the published tree. */
export function healthOf(published: string, rooms: Pick<Rooms, 'inventory' | 'outbox'>): Health {
  try {
    const { files } = rooms.inventory.current();
    const reasons = treeTrouble(published, files);
    return { healthy: reasons.length === 0, reasons, notices: givenUp(rooms.outbox) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { healthy: false, reasons: [`the database cannot be read: ${why}`], notices: [] };
  }
}

/** A disk that is not mounted leaves an empty folder behind. */
function treeTrouble(published: string, files: number): string[] {
  try {
    const folder = opendirSync(published);
    const isEmpty = folder.readSync() === null;
    folder.closeSync();
    return isEmpty && files > 0
      ? [`the published tree is empty and should have ${files} files: is its disk there?`]
      : [];
  } catch (error) {
    return [`the published tree is not there (${systemCode(error) ?? 'unknown'})`];
  }
}

function givenUp(outbox: Rooms['outbox']): string[] {
  return [ALERT_TOPIC, REPORT_TOPIC, PURGE_TOPIC].flatMap((topic) => {
    const { dead } = outbox.state(topic);
    return dead === 0 ? [] : [`messages that could not be delivered and were given up (${topic}): ${dead}`];
  });
}
