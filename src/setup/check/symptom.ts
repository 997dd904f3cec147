/** What one look has shown. `unknown`: it cannot be told from here, which is neither good nor bad. */
export interface Symptom {
  readonly state: 'ok' | 'warning' | 'fault' | 'unknown';
  readonly sentence: string;
  /** What to do about it; null when nothing is to be done, or nothing can be. */
  readonly remedy: string | null;
}

export interface Check {
  /** A word or two, the same each time: scripts look for it. */
  readonly name: string;
  look(signal: AbortSignal): Promise<Symptom[]> | Symptom[];
}

export function good(sentence: string): Symptom {
  return { state: 'ok', sentence, remedy: null };
}

export function warning(sentence: string, remedy: string): Symptom {
  return { state: 'warning', sentence, remedy };
}

export function fault(sentence: string, remedy: string): Symptom {
  return { state: 'fault', sentence, remedy };
}

export function unknown(sentence: string, remedy: string | null = null): Symptom {
  return { state: 'unknown', sentence, remedy };
}
