// Whom rounds may visit, and at what price.

import type { Config } from '../config/schema.ts';
import { compileFilter } from '../maven/glob.ts';
import { type Host, ORIGIN } from '../watch/crawl/round.ts';
import { textOf } from './watching.ts';

const MIB = 1024 * 1024;
const DEFAULT_BUDGET = { connections: 2, requests_per_day: 20_000, mib_per_day: 2000 };

/** Everybody who may be visited, the origin's public face first: the others are compared with it where they differ. Throws where a `ca_file` cannot be read. */
export function hostsOf(config: Config): Host[] {
  const redirectsToPrivate = config.crawl?.allow_private ?? false;
  const mirrors = watchedOf(config).map(
    (mirror): Host => ({
      ...{ name: mirror.name, url: withSlash(mirror.url), ca: textOf(mirror.ca_file), redirectsToPrivate },
      role: 'mirror',
      publicKeys: mirror.public_keys.map(({ key }) => key),
      wants: compileFilter(mirror).wants,
      budget: mirrorBudget(config, mirror),
    }),
  );
  const origin = visitsOrigin(config) ? originOf(config) : null;
  return origin === null ? mirrors : [origin, ...mirrors];
}

export function originOf(config: Config): Host | null {
  const url = config.crawl?.origin ?? null;
  if (url === null) return null;
  return {
    ...{ name: ORIGIN, url: withSlash(url), ca: null, role: 'origin', publicKeys: [] },
    redirectsToPrivate: config.crawl?.allow_private ?? false,
    wants: () => true,
    budget: budgetOf(config, {}),
  };
}

/** The names of the same, and what they may be asked for in a day; without a look at any other file. */
export function budgetsOf(config: Config): { readonly name: string; readonly budget: Host['budget'] }[] {
  const mirrors = watchedOf(config).map((mirror) => ({ name: mirror.name, budget: mirrorBudget(config, mirror) }));
  return visitsOrigin(config) ? [{ name: ORIGIN, budget: budgetOf(config, {}) }, ...mirrors] : mirrors;
}

function watchedOf({ mirrors }: Config): Config['mirrors'] {
  return mirrors.filter(({ crawl }) => crawl);
}

/** Where the origin is what everybody is compared with, there is nothing to compare it with. */
function visitsOrigin({ crawl }: Config): boolean {
  return crawl?.origin != null && crawl.reference !== 'origin';
}

function mirrorBudget(config: Config, { budget }: Config['mirrors'][number]): Host['budget'] {
  return budgetOf(config, definedOf(budget));
}

function budgetOf({ crawl }: Config, own: Partial<typeof DEFAULT_BUDGET>): Host['budget'] {
  const standard = crawl?.budget ?? DEFAULT_BUDGET;
  return {
    connections: own.connections ?? standard.connections,
    requestsPerDay: own.requests_per_day ?? standard.requests_per_day,
    bytesPerDay: (own.mib_per_day ?? standard.mib_per_day) * MIB,
  };
}

function definedOf<T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
