// What a developer's machine asks of assay, without a configuration file and without a daemon.

import { type Artifact, type Tool, type Tried, tryArtifact, type Wish } from '../client/settings.ts';
import { type SetupOptions, setupRoutes } from '../client/setup.ts';
import type { Config } from '../config/schema.ts';
import { framedSetup } from '../dashboard/routes.ts';
import type { Clock } from '../host/clock.ts';
import type { Route } from '../host/route.ts';
import { openListStore } from '../primary/mirror-list.ts';
import { openCrawlStore } from '../watch/crawl/round.ts';
import { carriedListFile, readList } from './carried-list.ts';
import { openOutgoing } from './outgoing.ts';
import type { Rooms } from './rooms.ts';
import { ownVersion } from './version.ts';

/** `/-/setup`. `rooms` are open for reading alone. */
export function clientRoutes(config: Config, rooms: Rooms, isTls: boolean): Route[] {
  const speaker = { name: config.name, version: ownVersion() };
  const framed: SetupOptions['framed'] = (request, title, body) => framedSetup(speaker, request, title, body);
  // Nobody is sent to a copy that was caught.
  const listed = () => {
    const list =
      config.primary === null ? readList(carriedListFile(config))?.list : openListStore(rooms.database).current();
    if (list != null) return list.mirrors.filter(({ healthy }) => healthy);
    const bad = openCrawlStore(rooms.database)
      .mirrors()
      .filter(({ health }) => health.state === 'bad');
    return config.mirrors.filter(({ name }) => !bad.some((each) => each.name === name));
  };
  return setupRoutes({ name: config.name, isTls, listed, framed });
}

export interface TrialRequest {
  readonly tool: Tool;
  readonly wish: Wish;
  /** Null: something that the mirror has. */
  readonly artifact: Artifact | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type TriedArtifact = Tried & { readonly artifact: Artifact | null };

export interface ClientVerbs {
  /** Fetches one artifact with the tool itself. Throws `program-not-found` where that is not installed. */
  tryClient(request: TrialRequest, signal: AbortSignal): Promise<TriedArtifact>;
}

export function clientVerbs(clock: Clock): ClientVerbs {
  return {
    tryClient: async ({ tool, wish, artifact, env }, signal) => {
      await using http = openOutgoing({ contact: null }, clock);
      return await tryArtifact(tool, wish, artifact, { http, env }, signal);
    },
  };
}
