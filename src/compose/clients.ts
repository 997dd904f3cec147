// What a developer's machine asks of assay, without a configuration file and without a daemon.

import { type Artifact, type Tool, type Tried, tryTool, type Wish } from '../client/settings.ts';
import type { Clock } from '../host/clock.ts';
import { openHttp, userAgentOf } from '../host/http.ts';
import { ownVersion } from './version.ts';

export interface TrialRequest {
  readonly tool: Tool;
  readonly wish: Wish;
  readonly artifact: Artifact;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ClientVerbs {
  /** Fetches one artifact with the tool itself. Throws `program-not-found` where that is not installed. */
  tryClient(request: TrialRequest, signal: AbortSignal): Promise<Tried>;
}

export function clientVerbs(clock: Clock): ClientVerbs {
  return {
    tryClient: async ({ tool, wish, artifact, env }, signal) => {
      await using http = openHttp({ userAgent: userAgentOf(ownVersion(), null), clock, chance: () => 0 });
      return await tryTool(tool, wish, artifact, { http, env }, signal);
    },
  };
}
