// What a check found, for the primary: which bytes somebody was given, and what the inventories say. It is a hint and no proof: the primary looks itself.

import { z } from 'zod';
import { isoTime } from '../../host/clock.ts';
import type { HttpClient } from '../../host/http.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const MOST_FILES = 200;
const MOST_ANSWER_BYTES = 64 * 1024;

/** `POST /-/api/v1/evidence`, for whoever shows a token of the scope `evidence`. */
export const evidenceShape = z.strictObject({
  assay_evidence: z.literal(1).describe('Version of this shape.'),
  made_at: z.iso.datetime({ precision: 3 }),
  files: z
    .array(
      z.strictObject({
        path: z.string().min(1).max(1024),
        sha256: digest.describe('Of what was given.'),
        claims: z
          .array(z.strictObject({ against: z.url({ protocol: /^https?$/ }).max(2048), sha256: digest.nullable() }))
          .max(32)
          .describe('What the inventories of installations say of the path.'),
      }),
    )
    .min(1)
    .max(MOST_FILES),
});

export type EvidenceBody = z.infer<typeof evidenceShape>;

/** The fields of a checked file that travel. */
export interface EvidenceFile {
  readonly path: string;
  readonly sha256: string;
  readonly claims: readonly { readonly against: string; readonly sha256: string | null }[];
}

export interface EvidenceOptions {
  /** Any URL of the primary. */
  readonly primary: string;
  readonly token: string;
  readonly ca: string | null;
}

/** Sends at most 200 files. Gives why it was not taken, or null. */
export async function sendEvidence(
  files: readonly EvidenceFile[],
  options: EvidenceOptions,
  host: { readonly http: HttpClient; readonly now: number },
  signal: AbortSignal,
): Promise<string | null> {
  const body: EvidenceBody = {
    assay_evidence: 1,
    made_at: isoTime(host.now),
    files: files.slice(0, MOST_FILES).map(({ path, sha256, claims }) => ({
      path,
      sha256,
      claims: claims.map((claim) => ({ against: claim.against, sha256: claim.sha256 })),
    })),
  };
  const outcome = await host.http.ask(
    {
      method: 'POST',
      url: new URL('/-/api/v1/evidence', options.primary),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
      body: JSON.stringify(body),
      ceilingBytes: MOST_ANSWER_BYTES,
      redirects: 0,
      ca: options.ca,
    },
    signal,
  );
  if (outcome.kind === 'failure') return outcome.sentence;
  return outcome.status === 200 ? null : `it answered ${outcome.status}`;
}
