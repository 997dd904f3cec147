import { z } from 'zod';
import { promiseShape } from './crawl.ts';
import { digestShape, instantShape } from './envelope.ts';

const count = z.int().min(0);

/** Something that is not served, and why. `quarantined` is null for what waits without having been refused. */
export const quarantineEntryShape = z.strictObject({
  id: z
    .string()
    .describe('Names the entry in `quarantine show`, `release` and `drop`; the path does too, when it has one entry.'),
  path: z.string(),
  verdict: z.string(),
  sentence: z.string().describe('Why it was refused, for people.'),
  size: count.describe('Bytes.'),
  since: instantShape,
  source: z.string().describe('URL of the source that sent it.'),
  expected_sha256: digestShape.nullable().describe('What we serve or what the sums promised, where known as SHA-256.'),
  observed_sha256: digestShape.nullable().describe('What came.'),
});

export const takedownShape = z.strictObject({
  id: z.string(),
  what: z.string().describe('Coordinates or repository path, as they were given.'),
  reason: z.string(),
  legal: z.boolean().describe('Answered 451 instead of 410.'),
  at: instantShape,
  by: z.string(),
  files: count.describe('Files that it took out of the tree or keeps out.'),
});

export const pauseShape = z.strictObject({
  since: instantShape,
  until: instantShape.nullable().describe('When passes begin again by themselves, or null.'),
});

export const attemptShape = z.strictObject({
  started_at: instantShape,
  ended_at: instantShape.nullable().describe('Null while it runs, or when it was killed.'),
  outcome: z.string().describe('`clean`, `trouble`, `could-not`, `refused`, `stopped`, `running`.'),
  sentence: z.string(),
});

const watchedShape = z.strictObject({
  name: z.string(),
  state: z.enum(['probation', 'good', 'bad', 'unchecked']).describe('Healthy is `good` alone.'),
  since: instantShape,
  reason: z.string(),
  visited_at: instantShape.nullable().describe('Null before the first visit.'),
  behind_seconds: z.number().min(0).nullable(),
  verdicts: z.record(z.string(), count).describe('Answers of the last visit.'),
  incidents: count.describe('That stand.'),
  promise: promiseShape.nullable().describe('What its budget buys; null before the first visit.'),
  requests_today: count,
  requests_per_day: count,
  bytes_today: count,
  bytes_per_day: count,
});

/** `assay status` and `/-/status.json`. Holds no address of a client, no secret and no path of this machine. */
export const statusShape = z.strictObject({
  name: z.string(),
  version: z.string().describe('Of assay.'),
  build: z.strictObject({
    commit: z.string().nullable().describe('Null in a work tree: only a release knows.'),
    built_at: instantShape.nullable().describe('Time of the commit.'),
    node: z.string(),
    openssl: z.string(),
  }),
  generation: count,
  lineage: z.string().nullable().describe('UUID of this database, null before the first pass.'),
  files: count,
  bytes: count,
  last_success_at: instantShape
    .nullable()
    .describe('When the last good pass STARTED: what the tree is at least as new as.'),
  last_attempt: attemptShape.nullable(),
  running: z
    .strictObject({ verb: z.string(), pid: z.int(), since: instantShape })
    .nullable()
    .describe('Who holds the tree for writing now.'),
  sources: z.array(
    z.strictObject({
      url: z.string(),
      reachable: z.boolean().nullable().describe('As the last attempt found it; null when never asked.'),
      asked_at: instantShape.nullable(),
      since: instantShape.nullable().describe('Since when it answers, or does not.'),
      sentence: z.string().nullable().describe('What was wrong.'),
    }),
  ),
  paused: pauseShape.nullable(),
  scrub: z
    .strictObject({
      last_ended_at: instantShape.nullable().describe('When the whole tree had last been read again.'),
      unfinished: z
        .strictObject({ began_at: instantShape, files: count })
        .nullable()
        .describe('A scrub that runs, or was cut short and goes on at the next start.'),
      withheld: count.describe('Published files that are damaged here and answered 403.'),
    })
    .describe('`assay verify` and the weekly scrub of the daemon.'),
  signatures: z
    .strictObject({
      mode: z.enum(['off', 'observe', 'require']),
      classes: z.record(z.string(), count).describe('Published files by the class of their best signature.'),
      weak: count.describe('Files whose best signature has a weak digest or key.'),
      refusable: count.describe('Files that the keysmap does not allow.'),
      judged_at: instantShape
        .nullable()
        .describe('When everything was last judged by the keyring and the keysmap of then.'),
    })
    .describe('What is known of signatures; classes stand in README.'),
  deferred: count.describe('Files that wait for something and are tried again by themselves.'),
  absent: count.describe('Files served still, which the source shows no more.'),
  takedowns: count,
  push: z
    .array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(['s3', 'purge']),
        generation: count.describe('Up to which the target has everything, save what is owed.'),
        objects: count,
        last_success_at: instantShape.nullable().describe('When the last push that left nothing undone STARTED.'),
        last_attempt: attemptShape.nullable(),
        owed: count.describe('Conflicts, what they hold back, refused removals.'),
        stale: count.describe('Paths that its CDN may still have as they were.'),
      }),
    )
    .describe('Each target of `push`.'),
  origin: z
    .strictObject({
      state: z.enum(['up', 'down', 'unknown']),
      since: instantShape.nullable(),
      seen_by: count,
      of: count,
    })
    .nullable()
    .describe('How all mirrors together see the origin, by the newest list of mirrors; null without one.'),
  report: z
    .strictObject({
      waiting: count.describe('Reports that the primary has not taken yet.'),
      refused: count.describe('Reports that it would never take.'),
      oldest_waiting_at: instantShape.nullable(),
    })
    .nullable()
    .describe('What this mirror has to tell its primary; null when it reports to none.'),
  incidents: z
    .strictObject({
      standing: count,
      unacknowledged: count.describe('Nobody has said that he is on it.'),
      critical: count.describe('Of those.'),
    })
    .describe('Troubles over time: `assay incidents list`.'),
  crawl: z
    .strictObject({
      last_round_at: instantShape.nullable().describe('When the last round that came to its end STARTED.'),
      mirrors: z.array(watchedShape),
    })
    .nullable()
    .describe('What rounds know of the mirrors; null where none is crawled.'),
  alerts: z
    .strictObject({
      waiting: count.describe('Messages that no channel has taken yet.'),
      undeliverable: count.describe('Messages that no channel will ever take.'),
    })
    .nullable()
    .describe('Null without a channel.'),
  quarantine: z.strictObject({
    entries: count,
    bytes: count,
    newest: z.array(quarantineEntryShape).describe('At most 20.'),
  }),
});

export type QuarantineEntry = z.infer<typeof quarantineEntryShape>;
export type Takedown = z.infer<typeof takedownShape>;
export type Pause = z.infer<typeof pauseShape>;
export type StatusResult = z.infer<typeof statusShape>;
