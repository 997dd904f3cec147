// Passes stopped and started by an operator, across restarts; serving goes on.

import type { Config } from '../config/schema.ts';
import type { Pause } from '../config/shape/status.ts';
import { type Clock, isoTime } from '../host/clock.ts';
import { foldersOf } from './folders.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { clean, type Done } from './verbs.ts';

export interface PauseVerbs {
  /** `until` is epoch milliseconds, or null: until `resume`. */
  pause(config: Config, until: number | null, signal: AbortSignal): Promise<Done<{ paused: Pause }>>;
  resume(config: Config, signal: AbortSignal): Promise<Done<{ was_paused: Pause | null }>>;
}

const PAUSED = 'paused';

export function pauseVerbs(clock: Clock): PauseVerbs {
  return {
    async pause(config, until) {
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      const paused = { since: isoTime(clock.now()), until: until === null ? null : isoTime(until) };
      rooms.history.remember(PAUSED, JSON.stringify(paused));
      return clean({ paused });
    },
    async resume(config) {
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      const was = pauseOf(rooms, clock.now());
      rooms.history.forget(PAUSED);
      return clean({ was_paused: was });
    },
  };
}

/** A pause that has run out is none. */
export function pauseOf(rooms: Rooms, now: number): Pause | null {
  const text = rooms.history.recall(PAUSED);
  if (text === null) return null;
  const pause = JSON.parse(text) as Pause;
  return pause.until !== null && Date.parse(pause.until) <= now ? null : pause;
}
