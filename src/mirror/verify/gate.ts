// The gate: facts in, verdicts out (DESIGN 5.4). Pure: it fetches nothing, reads no file and no clock. What stands here decides what a build
// tool will ever see, so every rule names its reason.

import { judgeMetadata } from './metadata-unit.ts';
import type { GatePolicy, MetadataFacts, UnitFacts, Verdict } from './verdict.ts';
import { judgeVersion } from './version-unit.ts';

export type { StagedFile, Wanted } from './staged-file.ts';
export {
  type DeferredAs,
  type GatePolicy,
  type MetadataFacts,
  type Note,
  type RejectedAs,
  type UnitFacts,
  type Verdict,
  type VersionState,
  WHEN_CHANGED,
} from './verdict.ts';

/** Judges every staged file of a version or of a loose file. */
export function judgeUnit(facts: UnitFacts, policy: GatePolicy, now: number): Verdict[] {
  return judgeVersion(facts, policy, now);
}

/** Judges a metadata set as one: all of its staged files get the root's verdict. */
export function judgeMetadataSet(facts: MetadataFacts, policy: GatePolicy, now: number): Verdict[] {
  return judgeMetadata(facts, policy, now);
}
