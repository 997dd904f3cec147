// Evidence that somebody's `assay check` sends: noted, never believed. What is noted of a mirror is looked at by the next round, as all that stands
// against it.

import type { EvidenceBody } from '../client/check.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import { foldersOf } from './folders.ts';
import { openRooms } from './rooms.ts';
import { clean, type Done } from './verbs.ts';

export interface EvidenceTaken {
  /** Files of which a finding now stands. */
  readonly noted: number;
  /** Files that are as we publish them: nothing is to be noted. */
  readonly ours: number;
}

/** `actor`: who sent it, by the name of its token. */
export function noteEvidence(config: Config, body: EvidenceBody, actor: string, clock: Clock): Done<EvidenceTaken> {
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const now = clock.now();
  const { generation } = rooms.inventory.current();
  const mirrors = new Map(config.mirrors.map(({ name, url }) => [new URL(url).origin, name]));
  let noted = 0;
  for (const { path, sha256, claims } of body.files) {
    const row = rooms.inventory.row(path);
    const published = row === null ? null : { size: row.size, sha256: row.sha256.toString('hex') };
    if (published?.sha256 === sha256) continue;
    // Who publishes these bytes has given them, or may have: without such a claim nobody knows whose they are.
    const by = claims.find((claim) => claim.sha256 === sha256);
    noted += 1;
    const finding = {
      foundBy: 'report',
      verdict: 'reported-difference',
      severity: 'notice',
      mirror: by === undefined ? null : (mirrors.get(new URL(by.against).origin) ?? null),
      path,
      why: `${actor} was given bytes that are not published here`,
      expected: published,
      observed: { size: null, sha256 },
      blame: 'unknown',
      generation,
    } as const;
    rooms.findings.stand(finding, now);
  }
  rooms.audit.write({ at: now, actor, action: 'evidence', subject: `${noted} files`, detail: body.made_at });
  return clean({ noted, ours: body.files.length - noted });
}
