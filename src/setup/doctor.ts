// What an operator would look at one after the other, each thing in a check of its own. A check tells what it saw; what cannot be known from here
// is `unknown` and not good.

import { SECOND } from '../host/clock.ts';
import type { Check, Symptom } from './check/symptom.ts';

export { certificateCheck, type TlsPair } from './check/certificate.ts';
export { clockCheck } from './check/clock.ts';
export { diskCheck } from './check/disk.ts';
export { fileSystemCheck } from './check/file-system.ts';
export { lockCheck } from './check/lock.ts';
export { dataCheck, secretsCheck } from './check/permission.ts';
export { portCheck } from './check/port.ts';
export { confinementCheck, rsyncCheck } from './check/rsync.ts';
export { runtimeCheck } from './check/runtime.ts';
export { type SignatureFacts, signatureCheck } from './check/signatures.ts';
export { answersCheck, rsyncAnswersCheck, wireCheck } from './check/source.ts';
export { passCheck, scrubCheck, stateCheck } from './check/state.ts';
export type { Check, Symptom } from './check/symptom.ts';
export { type TargetFacts, targetCheck } from './check/target.ts';
export { serviceCheck } from './check/unit.ts';

export interface Examined extends Symptom {
  readonly check: string;
}

const DEADLINE_MS = 60 * SECOND;

/** Makes every check, all at once; the answers come in the order of the checks. What a check throws, or one that never ends, is `unknown`. */
export async function examine(checks: readonly Check[], signal: AbortSignal): Promise<Examined[]> {
  const examined = await Promise.all(checks.map((check) => lookAt(check, signal)));
  signal.throwIfAborted();
  return examined.flat();
}

async function lookAt({ name, look }: Check, signal: AbortSignal): Promise<Examined[]> {
  const own = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    const symptoms = await look(own);
    return symptoms.map((symptom) => ({ check: name, ...symptom }));
  } catch (error) {
    const why = own.aborted ? 'it took longer than a minute' : error instanceof Error ? error.message : String(error);
    return [
      { check: name, state: 'unknown', sentence: `Could not be looked at: ${why.replace(/\.$/, '')}.`, remedy: null },
    ];
  }
}
