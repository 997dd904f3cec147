import type { Config } from '../config/schema.ts';
import { foldersOf } from './folders.ts';
import { openRoomsToRead, type Rooms } from './rooms.ts';
import type { Done, Outcome } from './verbs.ts';

/** A verb that only looks ends with 1 when a trouble stands: it is what a monitoring script asks for. */
export function looking<T>(config: Config, look: (rooms: Rooms) => T): Done<T> {
  using rooms = openRoomsToRead(foldersOf(config.data));
  const outcomes: Outcome[] = rooms.findings.troubles() > 0 ? ['trouble'] : ['clean'];
  return { result: look(rooms), problems: [], outcomes };
}
