// The rsync source: the real client as a confined child, its lines read, its end judged, its failures told in its own words.

import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, DAY } from '../../../host/clock.ts';
import type { Logger } from '../../../host/logger.ts';
import type { Promises, Source } from '../contract.ts';
import { type LastGoodAddresses, type Resolve, systemResolve } from './address.ts';
import type { Ssh } from './arguments.ts';
import { compareContent } from './compare.ts';
import { detectSandbox, type Sandbox } from './confinement.ts';
import { fetchFiles } from './fetch.ts';
import { listTree } from './list.ts';
import { parseOrigin } from './origin.ts';
import type { Session } from './run.ts';

export { confinement } from './confinement.ts';

export interface RsyncOptions {
  /** `rsync://[USER@]HOST[:PORT]/MODULE[/FOLDER]/`, through ssh when `ssh` is set; `ssh://HOST[:PORT]/FOLDER/` without a daemon. */
  readonly url: string;
  readonly passwordFile: string | null;
  readonly ssh: Ssh | null;
  readonly ioTimeoutSeconds: number;
  /** Asked at the start of each run of rsync; 0 is no limit. */
  bandwidthKibPerSecond(now: number): number;
  readonly maxFileBytes: number;
  /** Absolute, as are the others; on the file system of the published tree. */
  readonly staging: string;
  /** A private folder for listings and lists of names; a killed run leaves some there, which a later start removes. */
  readonly scratch: string;
  readonly lastGoodAddresses: LastGoodAddresses;
  /** Folders that rsync need not even list: `maven/glob`'s excluded prefixes. */
  readonly excludedPrefixes?: readonly string[];
  readonly confinement: 'auto';
}

export interface RsyncHost {
  readonly clock: Clock;
  readonly logger: Logger;
  /** In place of the system's resolver and of chance: for tests. */
  readonly resolve?: Resolve;
  readonly random?: () => number;
}

/**
 * A source over rsync. Nothing is run before the first call. Its calls throw only for this machine's own faults (`program-not-found`,
 * `password-file-unusable`); all that the origin or the network can do wrong is a value. Throws `source-url-wrong`.
 */
export function rsyncSource(options: RsyncOptions, host: RsyncHost): Source {
  const session = openSession(options, host);
  prepareScratch(options.scratch, host.clock.now());
  return {
    url: session.origin.url,
    promises: PROMISES,
    list: (request, sink, signal) => listTree(session, options, request, sink, signal),
    fetch: (request, onStaged, signal) => fetchFiles(session, options, request, onStaged, signal),
    differing: (paths, folder, signal) => compareContent(session, options, paths, folder, signal),
    // A child ends with its run.
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const PROMISES: Promises = {
  sizes: true,
  times: true,
  digests: false,
  deletions: true,
  atomic: false,
  listsAll: true,
  folders: true,
};

function openSession(options: RsyncOptions, host: RsyncHost): Session {
  let sandbox: Promise<Sandbox> | undefined;
  return {
    origin: parseOrigin(options.url),
    ssh: options.ssh,
    passwordFile: options.passwordFile,
    ioTimeoutSeconds: options.ioTimeoutSeconds,
    memory: options.lastGoodAddresses,
    resolve: host.resolve ?? systemResolve,
    sandbox: (signal) => {
      // A probe that was aborted or failed says nothing about the machine: the next call looks again.
      sandbox ??= detectSandbox(signal).catch((error: unknown) => {
        sandbox = undefined;
        throw error;
      });
      return sandbox;
    },
    clock: host.clock,
    logger: host.logger.child({ room: 'source' }),
    random: host.random ?? Math.random,
  };
}

/** Files of runs that were killed are removed after two days: until then they may be those of another process that lists beside us. */
function prepareScratch(scratch: string, now: number): void {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(scratch)) {
    if (!/^rsync-[0-9a-f]+\./.test(name)) continue;
    const path = join(scratch, name);
    const age = now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now);
    if (age > 2 * DAY) rmSync(path, { recursive: true, force: true });
  }
}
