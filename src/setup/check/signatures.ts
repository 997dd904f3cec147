import { CodedError } from '../../host/error.ts';
import { type Check, fault, good, type Symptom, warning } from './symptom.ts';

export interface SignatureFacts {
  readonly mode: 'observe' | 'require';
  /** Null: there is no keyring. */
  readonly certificates: number | null;
  /** Null: there is no keysmap. */
  readonly keysmapLines: number | null;
  /** Sentences about what of a file could not be read, by the key that names the file. */
  readonly unread: readonly { readonly key: string; readonly faults: readonly string[] }[];
}

const IMPORT = 'Bring keys: `assay keys import FILE|FOLDER|URL`; `assay keys census` says which to get first.';

/** Whether there is something to judge signatures by, and whether all of it can be read. `look` gives null when nobody looks at signatures. */
export function signatureCheck(look: (signal: AbortSignal) => Promise<SignatureFacts | null>): Check {
  return {
    name: 'signatures',
    async look(signal) {
      try {
        return symptomsOf(await look(signal));
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        return [
          fault(error.message, error.remedy ?? 'Look at verify.keyring, verify.keysmap and verify.allowed_signers.'),
        ];
      }
    },
  };
}

function symptomsOf(facts: SignatureFacts | null): Symptom[] {
  if (facts === null) return [good('Signatures are not looked at (verify.signatures is off).')];
  const { mode, certificates, keysmapLines, unread } = facts;
  const lacking = [
    ...(certificates === null ? ['verify.keyring'] : []),
    ...(keysmapLines === null ? ['verify.keysmap'] : []),
  ];
  if (mode === 'require' && lacking.length > 0) {
    return [
      fault(
        `Signatures are required, and ${lacking.join(' and ')} is not there: no pass can be made.`,
        'Lay it there, or set verify.signatures to observe.',
      ),
    ];
  }
  const faulty = unread.flatMap(({ key, faults }) => {
    const [first] = faults;
    if (first === undefined) return [];
    return [
      warning(
        `${faults.length} of ${key} cannot be read, and count for nothing: ${first}.`,
        'Correct it, or take it out.',
      ),
    ];
  });
  if (faulty.length > 0) return faulty;
  // Whoever only observes has not promised anything: an empty keyring is how everybody begins.
  if ((certificates ?? 0) === 0) return [good(`Signatures are observed, and no key is known yet. ${IMPORT}`)];
  const map = keysmapLines === null ? 'no keysmap' : `a keysmap of ${keysmapLines} lines`;
  return [good(`${certificates} certificates and ${map}; verify.signatures is ${mode}.`)];
}
