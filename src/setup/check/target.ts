import { type Check, fault, good, type Symptom, unknown, warning } from './symptom.ts';

export interface TargetFacts {
  readonly name: string;
  /** For people: the bucket, and where clients read it. */
  readonly place: string;
  readonly publicUrl: string;
  /** Lists one object with our own keys; what the store said against it, or null. */
  listOne(signal: AbortSignal): Promise<{ readonly sentence: string; readonly remedy: string | null } | null>;
  /** What clients are answered for what is absent; null where it cannot be told. */
  askForAbsent(signal: AbortSignal): Promise<number | null>;
  /** What is wrong with that status; null: nothing. */
  readonly wrongAbsence: (status: number | null) => string | null;
  readonly absenceRemedy: string;
}

/** A bucket that `push` fills: whether our keys are let in, and whether clients are told 404 of what is not there. */
export function targetCheck(facts: TargetFacts): Check {
  return {
    name: `push ${facts.name}`,
    look: async (signal) => [await ours(facts, signal), await theirs(facts, signal)],
  };
}

async function ours({ place, listOne }: TargetFacts, signal: AbortSignal): Promise<Symptom> {
  const said = await listOne(signal);
  if (said === null) return good(`${place} lets us in.`);
  return fault(said.sentence, said.remedy ?? 'Look at the bucket, its policy and the keys.');
}

async function theirs(facts: TargetFacts, signal: AbortSignal): Promise<Symptom> {
  const { publicUrl, wrongAbsence, absenceRemedy } = facts;
  const status = await facts.askForAbsent(signal);
  if (status === null) {
    const sentence = `${publicUrl} does not answer, or nothing was pushed yet, or nobody may read there.`;
    return unknown(sentence, 'Set push[].public_url to where clients read it.');
  }
  const wrong = wrongAbsence(status);
  if (wrong !== null) return warning(`At ${publicUrl} ${wrong}.`, absenceRemedy);
  return good(`${publicUrl} answers 404 for what is absent.`);
}
