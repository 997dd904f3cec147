// Removal on purpose: at once, audited, and never fetched again until it is lifted.

import { userInfo } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { Takedown } from '../config/shape/status.ts';
import { isoTime } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { parseCoordinates, prefixOf } from '../maven/coordinates.ts';
import { locate } from '../maven/layout.ts';
import { appendLedger, type Takedown as StoredTakedown } from '../mirror/inventory/store.ts';
import { removeFromTree } from '../mirror/publish/publish.ts';
import { foldersOf } from './folders.ts';
import { looking } from './looking.ts';
import { firstSource, type PassHost, passRoom, withTree } from './pass-job.ts';
import { clean, type Done, type Reasoned, type Waiting } from './verbs.ts';

export interface TakedownRequest extends Waiting {
  /** Coordinates, or a repository path or prefix. */
  readonly what: string;
  readonly reason: string;
  readonly legal: boolean;
  /** For the audit trail; whoever runs the process, if not said. */
  readonly actor?: string;
}

export interface TakedownVerbs {
  takedownAdd(config: Config, request: TakedownRequest, signal: AbortSignal): Promise<Done<Takedown>>;
  takedownLift(config: Config, what: string, options: Reasoned, signal: AbortSignal): Promise<Done<Takedown>>;
  takedownList(config: Config, signal: AbortSignal): Promise<Done<{ takedowns: Takedown[] }>>;
}

export function takedownVerbs(host: PassHost): TakedownVerbs {
  return {
    takedownAdd: async (config, request, signal) => clean(await takeDown(config, request, host, signal)),
    takedownLift: async (config, what, options, signal) =>
      clean(await liftTakedown(config, what, options, host, signal)),
    takedownList: async (config) =>
      looking(config, ({ takedowns, inventory }) => ({
        takedowns: takedowns.list().map((each) => takedownOf(each, inventory.countRemovedUnder(each.prefix))),
      })),
  };
}

async function takeDown(
  config: Config,
  request: TakedownRequest,
  host: PassHost,
  signal: AbortSignal,
): Promise<Takedown> {
  const named = parseCoordinates(request.what);
  if (named.kind === 'fault') {
    throw new CodedError('coordinates-wrong', `Cannot read ${JSON.stringify(request.what)} as coordinates.`, {
      path: request.what,
      remedy: `Expected ${named.expected}.`,
    });
  }
  return await withTree(config, 'takedown add', request.waitSeconds, host, signal, async (rooms, digesters) => {
    const source = firstSource(config);
    const at = host.clock.now();
    const takedown = {
      prefix: wholeOf(prefixOf(named)),
      reason: request.reason,
      legal: request.legal,
      at,
      actor: request.actor ?? userInfo().username,
    };
    // The ledger first: a rebuild must never bring back what was taken down.
    appendLedger(foldersOf(config.data).ledger, [{ kind: 'takedown', ...takedown }]);
    rooms.takedowns.add(takedown);
    rooms.audit.write({
      at,
      actor: takedown.actor,
      action: 'takedown add',
      subject: takedown.prefix,
      detail: request.reason,
    });
    const paths = rooms.inventory.under(takedown.prefix);
    const room = passRoom(config, source, rooms, digesters, host);
    await removeFromTree(paths, room.publishing, rooms.inventory.current().generation + 1, at, signal);
    room.publishing.journal.inventory.generations.close();
    const held = rooms.held.list().filter(({ path }) => rooms.takedowns.of(path) !== null);
    for (const { path } of held) rooms.held.release(path);
    for (const path of [...paths, ...held.map((each) => each.path)]) rooms.findings.resolve(path, at);
    return takedownOf(takedown, paths.length);
  });
}

/**
 * A release goes as a unit (DESIGN 3): whoever names its POM or its main file means the version, for with one of the two gone build tools go on
 * with the other. A build of a SNAPSHOT stands beside other builds in its folder, which are not meant.
 */
function wholeOf(prefix: string): string {
  const place = locate(prefix);
  return (place.isMain || place.kind === 'pom') && !place.snapshot ? place.unit : prefix;
}

async function liftTakedown(
  config: Config,
  what: string,
  options: Reasoned,
  host: PassHost,
  signal: AbortSignal,
): Promise<Takedown> {
  return await withTree(config, 'takedown lift', options.waitSeconds, host, signal, async (rooms) => {
    const named = parseCoordinates(what);
    const prefix = named.kind === 'fault' ? what : wholeOf(prefixOf(named));
    const found = rooms.takedowns.list().find((each) => each.prefix === prefix);
    if (found === undefined) {
      throw new CodedError('takedown-unknown', `Nothing is taken down as ${what}.`, {
        path: what,
        remedy: 'Look at `assay takedown list`.',
      });
    }
    const at = host.clock.now();
    appendLedger(foldersOf(config.data).ledger, [{ kind: 'takedown-lifted', prefix, at }]);
    rooms.takedowns.lift(prefix);
    // The listing is the same as before: without this the next pass would see nothing to do.
    rooms.history.forget('settled-listing');
    rooms.audit.write({
      at,
      actor: options.actor ?? userInfo().username,
      action: 'takedown lift',
      subject: prefix,
      detail: options.reason,
    });
    return takedownOf(found, 0);
  });
}

function takedownOf(takedown: StoredTakedown, files: number): Takedown {
  const { prefix, reason, legal, at, actor } = takedown;
  return { id: prefix, what: prefix, reason, legal, at: isoTime(at), by: actor, files };
}
