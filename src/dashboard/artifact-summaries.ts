// What pages tell of artifacts, downloads and what was refused: as JSON, so that a page and its twin never differ.

import type { QuarantineSummary } from './summaries.ts';

export interface ArtifactSummaries {
  /** `typed` is whatever somebody typed: coordinates of any tool, a path, words. */
  artifacts(typed: string): ArtifactSearch;
  /** Null: nothing of it is known here. Versions from `from` on, by their order; null: from the newest. */
  artifact(group: string, artifact: string, from: string | null): ArtifactDetail | null;
  artifactVersion(group: string, artifact: string, version: string): VersionDetail | null;
  statistics(): Statistics;
  refused(): Refused;
}

export interface ArtifactName {
  readonly group: string;
  readonly artifact: string;
}

export interface ArtifactSearch {
  readonly typed: string;
  /** What was typed names exactly this. */
  readonly exact: (ArtifactName & { readonly version: string | null }) | null;
  readonly artifacts: readonly (ArtifactName & { readonly folder: string })[];
  readonly paths: readonly string[];
  readonly more: boolean;
}

export type VersionState = 'served' | 'damaged' | 'held-back' | 'taken-down';

/** Why something is not here, and how it stands elsewhere. */
export interface Standing {
  readonly takedown: {
    readonly what: string;
    readonly reason: string;
    readonly legal: boolean;
    readonly at: string;
  } | null;
  readonly held: readonly HeldFile[];
  readonly mirrors: readonly Place[];
}

export interface HeldFile {
  readonly path: string;
  readonly kind: 'rejected' | 'deferred';
  readonly verdict: string;
  readonly sentence: string;
  readonly since: string;
  readonly incident: string | null;
}

export interface Place {
  readonly mirror: string;
  readonly standing: 'nothing-wrong' | 'behind' | 'trouble' | 'not-visited';
  readonly asked_at: string | null;
  readonly behind_seconds: number | null;
  readonly troubles: readonly {
    readonly verdict: string;
    readonly severity: string;
    readonly path: string;
    readonly incident: string | null;
  }[];
}

export interface ArtifactDetail extends ArtifactName, Standing {
  readonly folder: string;
  readonly versions: number;
  readonly shown: readonly VersionRow[];
  readonly next: string | null;
  readonly downloads: number | null;
}

export interface VersionRow {
  readonly version: string;
  readonly state: VersionState;
  readonly published_at: string | null;
  readonly files: number;
  readonly bytes: number;
  readonly signature: string | null;
  readonly absent_since: string | null;
  readonly downloads: number | null;
}

export interface VersionDetail extends ArtifactName, Standing {
  readonly version: string;
  readonly folder: string;
  readonly state: VersionState;
  readonly files: readonly FileDetail[];
  readonly more: boolean;
  readonly downloads: number | null;
}

export interface FileDetail {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string | null;
  readonly sha512: string | null;
  readonly upstream_sum: string;
  readonly published_at: string;
  readonly verified_at: string;
  readonly absent_since: string | null;
  readonly damaged: string | null;
  readonly signature: {
    readonly class: string;
    readonly weak: boolean | null;
    readonly trusted: boolean | null;
    readonly continuity: string | null;
    readonly certificate: string | null;
    readonly issuer: string | null;
    readonly signed_at: string | null;
  } | null;
}

export interface Statistics {
  /** First and last day of the sum. */
  readonly from: string;
  readonly to: string;
  readonly measured_days: number;
  /** Null: not measured. */
  readonly total: number | null;
  readonly top: readonly (ArtifactName & { readonly downloads: number })[];
  readonly traffic: {
    readonly requests: number;
    readonly bytes: number | null;
    readonly families: Readonly<
      Record<string, { readonly requests: number; readonly bytes: number; readonly jars: number }>
    > | null;
  } | null;
  readonly days: readonly {
    readonly day: string;
    readonly downloads: number | null;
    readonly coverage: 'full' | 'partial' | 'none';
  }[];
}

export interface Refused {
  /** The newest first. */
  readonly entries: readonly QuarantineSummary[];
  readonly deferred: readonly HeldFile[];
}
