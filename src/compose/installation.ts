// The verbs, put together from the rooms. What each does is in the file that it names.

import type { Config } from '../config/schema.ts';
import { isoTime, systemClock } from '../host/clock.ts';
import { makeLogger } from '../host/logger.ts';
import type { PassEvent } from '../mirror/pass/pass.ts';
import { runDaemon } from './daemon.ts';
import { openDemoMirror } from './demo-mirror.ts';
import { foldersOf } from './folders.ts';
import type { PassHost } from './pass-job.ts';
import { progressText } from './progress-text.ts';
import { drop, findEntry, release } from './quarantining.ts';
import { openRooms, openRoomsToRead, type Rooms } from './rooms.ts';
import { entryOf, pauseOf, setPause, statusOf } from './status.ts';
import { plan, sync } from './sync.ts';
import { liftTakedown, takeDown, takedownOf } from './taking-down.ts';
import type { Done, MakeVerbs, Outcome } from './verbs.ts';

export const makeVerbs: MakeVerbs = (host) => {
  const clock = systemClock;
  const logger = makeLogger(host.logLevel);
  const onEvent = (event: PassEvent) => {
    const text = progressText(event);
    if (text !== null) host.progress?.(text);
  };
  const passHost: PassHost = { clock, logger, onEvent };
  return {
    sync: (config, options, signal) => sync(config, options, passHost, signal),
    plan: (config, options, signal) => plan(config, options, passHost, signal),
    status: async (config) => looking(config, (rooms) => statusOf(config, rooms, clock)),
    quarantineList: async (config) =>
      looking(config, (rooms) => ({ entries: rooms.quarantine.list().toReversed().map(entryOf) })),
    quarantineShow: async (config, entry) => looking(config, (rooms) => entryOf(findEntry(rooms, entry))),
    quarantineRelease: async (config, entry, options, signal) =>
      clean(await release(config, entry, options, passHost, signal)),
    quarantineDrop: async (config, entry, options, signal) =>
      clean(await drop(config, entry, options, passHost, signal)),
    takedownAdd: async (config, request, signal) => clean(await takeDown(config, request, passHost, signal)),
    takedownLift: async (config, what, options, signal) =>
      clean(await liftTakedown(config, what, options, passHost, signal)),
    takedownList: async (config) =>
      looking(config, (rooms) => ({ takedowns: rooms.takedowns.list().map((each) => takedownOf(each, 0)) })),
    async pause(config, until) {
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      const paused = { since: isoTime(clock.now()), until: until === null ? null : isoTime(until) };
      setPause(rooms, paused);
      return clean({ paused });
    },
    async resume(config) {
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      const was = pauseOf(rooms, clock.now());
      setPause(rooms, null);
      return clean({ was_paused: was });
    },
    openMirror: (config, request, signal) => openDemoMirror(config, request, passHost, signal),
    daemon: (config, onReady, signal) => runDaemon(config, passHost, onReady, signal),
  };
};

function clean<T>(result: T): Done<T> {
  return { result, problems: [], outcomes: ['clean'] };
}

/** A verb that only looks ends with 1 when a trouble stands: it is what a monitoring script asks for. */
function looking<T>(config: Config, look: (rooms: Rooms) => T): Done<T> {
  using rooms = openRoomsToRead(foldersOf(config.data));
  const outcomes: Outcome[] = rooms.findings.troubles() > 0 ? ['trouble'] : ['clean'];
  return { result: look(rooms), problems: [], outcomes };
}
