// The second tally: what the counting rule leaves out. Kept apart from downloads and never added to them. What a log cannot tell is null, not 0.

import { z } from 'zod';

const count = z.int().min(0);
const fetched = z.strictObject({ jars: count, poms: count });

const familyShape = z.strictObject({ requests: count, bytes: count, jars: count, poms: count });

export const trafficShape = z.strictObject({
  requests: count.describe('All that was asked for, whatever came of it.'),
  bytes: count.nullable().describe('Bytes of bodies sent; null: not measured.'),
  fetched: fetched.describe('Jars and POMs answered 200 in full.'),
  retries: fetched
    .nullable()
    .describe('Of those: asked for again by the same client within ten minutes, estimated; null: not measured.'),
  crawls: fetched.nullable().describe('Of those: by programs that say that they check or index; null: not measured.'),
  families: z
    .record(z.string(), familyShape)
    .nullable()
    .describe('By the program that asked, by its own word; null: not measured.'),
});

export type Traffic = z.infer<typeof trafficShape>;
export type FamilyTraffic = z.infer<typeof familyShape>;
type Fetched = z.infer<typeof fetched>;

export const NO_TRAFFIC: Traffic = {
  requests: 0,
  bytes: 0,
  fetched: { jars: 0, poms: 0 },
  retries: { jars: 0, poms: 0 },
  crawls: { jars: 0, poms: 0 },
  families: {},
};

/** What one part does not measure the whole does not measure. */
export function mergeTraffic(parts: Iterable<Traffic>): Traffic {
  let sum = NO_TRAFFIC;
  for (const part of parts) {
    sum = {
      requests: sum.requests + part.requests,
      bytes: both(sum.bytes, part.bytes, (a, b) => a + b),
      fetched: addFetched(sum.fetched, part.fetched),
      retries: both(sum.retries, part.retries, addFetched),
      crawls: both(sum.crawls, part.crawls, addFetched),
      families: both(sum.families, part.families, addFamilies),
    };
  }
  return sum;
}

/** Jars and POMs that somebody wanted, once each: retries and known crawls deducted. Null: not measured. */
export function wantedOf({ fetched: all, retries, crawls }: Traffic): Fetched | null {
  if (retries === null || crawls === null) return null;
  const rest = (name: 'jars' | 'poms') => Math.max(0, all[name] - retries[name] - crawls[name]);
  return { jars: rest('jars'), poms: rest('poms') };
}

function both<T>(a: T | null, b: T | null, sum: (a: T, b: T) => T): T | null {
  return a === null || b === null ? null : sum(a, b);
}

function addFetched(a: Fetched, b: Fetched): Fetched {
  return { jars: a.jars + b.jars, poms: a.poms + b.poms };
}

function addFamilies(
  a: Record<string, FamilyTraffic>,
  b: Record<string, FamilyTraffic>,
): Record<string, FamilyTraffic> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const none: FamilyTraffic = { requests: 0, bytes: 0, jars: 0, poms: 0 };
  return Object.fromEntries(
    names.map((name) => {
      const [one, other] = [a[name] ?? none, b[name] ?? none];
      const sum = {
        requests: one.requests + other.requests,
        bytes: one.bytes + other.bytes,
        jars: one.jars + other.jars,
        poms: one.poms + other.poms,
      };
      return [name, sum];
    }),
  );
}
