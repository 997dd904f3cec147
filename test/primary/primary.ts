// A primary as its intake sees it: a database, enrolled mirrors, a hand-moved time, and messages as they come over the wire.

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RouteAnswer, RouteRequest } from '../../src/host/route.ts';
import { openAuditTrail } from '../../src/operator/audit-trail.ts';
import { type InstallationKey, makeKey } from '../../src/operator/key.ts';
import { operatorSchema } from '../../src/operator/schema.ts';
import {
  type EnrolledMirror,
  type Enrolment,
  intakeRoute,
  openEnrolment,
  primarySchema,
} from '../../src/primary/intake.ts';
import { type JudgeRoom, judgeReports } from '../../src/primary/judge.ts';
import type { ReportContent } from '../../src/report/envelope.ts';
import { signMessage } from '../../src/report/sign.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState, type StateDatabase } from '../../src/state/open.ts';
import { openPublishedCounts } from '../../src/stats/export.ts';
import { refreshWholes, statsSchema } from '../../src/stats/ingest.ts';
import { countsOf, dayOf, parseDay } from '../../src/stats/tally.ts';
import { temporaryFolder } from '../support/folder.ts';

export const NOW = Date.UTC(2026, 10, 21, 1, 30);
const URL_ = new URL('https://primary.example.org/-/api/v1/reports');

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SendOptions {
  readonly key?: InstallationKey;
  readonly mirror?: string;
  readonly sequence?: number;
  /** When it was signed. */
  readonly at?: number;
}

export interface PrimaryUnderTest {
  readonly database: StateDatabase;
  readonly keys: Readonly<Record<'alpha' | 'beta', InstallationKey>>;
  readonly room: JudgeRoom;
  readonly enrolment: Enrolment;
  message(content: ReportContent, options?: SendOptions): Promise<Message>;
  /** The status, and the name of the problem or `duplicate`, or nothing. */
  receive(message: Message, now?: number, address?: string): Promise<string>;
  /** Signed and received at once. */
  send(content: ReportContent, options?: SendOptions): Promise<string>;
  judge(now?: number): string[];
  /** `version:count` of all mirrors on a day. */
  day(day: string): string;
}

export interface PrimaryOptions {
  readonly mirrors?: (keys: PrimaryUnderTest['keys']) => readonly EnrolledMirror[];
  readonly releasedAt?: JudgeRoom['releasedAt'];
}

export function openPrimary(t: TestContext, options: PrimaryOptions = {}): PrimaryUnderTest {
  const folder = temporaryFolder(t);
  const database = openState(join(folder, 'state.db'));
  t.after(() => database.close());
  migrate(database, [primarySchema, statsSchema, operatorSchema]);
  const keys = { alpha: makeKey(join(folder, 'alpha')), beta: makeKey(join(folder, 'beta')) };
  const mirrors = options.mirrors?.(keys) ?? [enrolled('alpha', keys.alpha), enrolled('beta', keys.beta)];
  const enrolment = openEnrolment(database, mirrors);
  const route = intakeRoute({ database, enrolment, write: (work) => work(database) });
  const room: JudgeRoom = {
    database,
    audit: openAuditTrail(database),
    releasedAt: options.releasedAt ?? (() => 0),
  };
  let sequence = NOW;
  const message: PrimaryUnderTest['message'] = async (
    content,
    { key = keys.alpha, mirror = 'alpha', at = NOW, ...rest } = {},
  ) => {
    sequence += 1;
    const report = {
      assay_report: 1,
      mirror,
      sequence: rest.sequence ?? sequence,
      made_at: new Date(at).toISOString(),
      ...content,
    };
    const body = Buffer.from(JSON.stringify(report));
    return {
      body,
      headers: { ...(await signMessage(URL_, body, key, at)), host: URL_.host, 'content-length': String(body.length) },
    };
  };
  const receive: PrimaryUnderTest['receive'] = async ({ headers, body }, now = NOW, address = '192.0.2.1') => {
    const request: RouteRequest = {
      method: 'POST',
      path: URL_.pathname,
      params: {},
      query: new URLSearchParams(),
      headers,
      body,
      address,
      now,
    };
    const early = await route.admit?.({ ...request, body: Buffer.alloc(0) });
    return shown(early ?? (await route.answer(request)));
  };
  return {
    database,
    keys,
    room,
    enrolment,
    message,
    receive,
    send: async (content, more = {}) => receive(await message(content, more), more.at ?? NOW),
    judge: (now = NOW) => {
      const { doubted } = judgeReports(room, now);
      refreshWholes(database, dayOf(now));
      return doubted.flatMap((each) => each.doubts);
    },
    day: (day) => {
      const { downloads } = openPublishedCounts(database).day(parseDay(day) ?? 0, 'all', [], NOW);
      return [...countsOf(downloads)]
        .map(({ version, count }) => `${version}:${count}`)
        .sort()
        .join(' ');
    },
  };
}

export function enrolled(
  name: string,
  key: InstallationKey,
  times: { notAfter?: number; revokedAt?: number } = {},
): EnrolledMirror {
  return {
    name,
    keys: [{ publicKey: key.publicKey, notAfter: times.notAfter ?? null, revokedAt: times.revokedAt ?? null }],
  };
}

/** Statistics of `tool`, as many downloads of each version as said. */
export function statistics(day: string, versions: Readonly<Record<string, number>> | null): ReportContent {
  const coverage = versions === null ? 'none' : 'full';
  const downloads = versions === null ? null : { 'org.example': { tool: versions } };
  return { kind: 'statistics', statistics: { day, rule: 1, coverage, downloads, traffic: null } };
}

function shown({ status, body }: RouteAnswer): string {
  const answer = JSON.parse(body?.toString() ?? '{}') as { type?: string; duplicate?: boolean };
  const name = answer.type?.replace('urn:assay:problem:', '') ?? (answer.duplicate === true ? 'duplicate' : '');
  return `${status} ${name}`.trim();
}
