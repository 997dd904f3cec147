// What the end of an rsync run means. Pure: the exit status, the last of what it said, and how often it was tried.

import type { Exit } from '../../../host/child.ts';
import { SECOND } from '../../../host/clock.ts';
import type { SourceTrouble } from '../contract.ts';
import { unreadablePaths, words } from './stderr.ts';

export type Judgement =
  | { readonly kind: 'ok' }
  /** Status 23 a second time: the rest is there. */
  | { readonly kind: 'incomplete'; readonly unreadable: readonly string[] }
  /** Worth another try, after `backOffMs`; the trouble is what it comes to when there is none left. */
  | { readonly kind: 'again'; readonly trouble: SourceTrouble }
  | { readonly kind: 'over'; readonly trouble: SourceTrouble };

export interface Tries {
  /** Runs so far, this one among them. */
  readonly runs: number;
  /** How many of them ended with 23, this one among them. */
  readonly incomplete: number;
}

export interface Place {
  /** For people. */
  readonly url: string;
  /** What rsync puts before repository paths in its messages: the folder within the module, staging. With slashes at their ends. */
  readonly prefixes: readonly string[];
}

const RETRIES = 3;

export function judgeExit(exit: Exit & { readonly kind: 'exited' | 'killed' }, tries: Tries, place: Place): Judgement {
  if (exit.kind === 'killed') return over('failed', `rsync was killed by ${exit.by}`, exit.stderr, place);
  if (exit.status === 0 || exit.status === 24) return { kind: 'ok' };
  if (exit.status === 23) return judgeIncomplete(exit.stderr, tries, place);
  const [trouble, what, retryable] = meaning(exit.status, exit.stderr);
  const judgement = over(trouble, `${what} (rsync status ${exit.status})`, exit.stderr, place);
  return retryable && tries.runs <= RETRIES ? { kind: 'again', trouble: judgement.trouble } : judgement;
}

/** About 1, 2 and 4 seconds, a quarter more or less so that many mirrors of one origin part. `random` is in [0, 1). */
export function backOffMs(runs: number, random: number): number {
  return Math.round(SECOND * 2 ** (runs - 1) * (0.75 + random / 2));
}

function judgeIncomplete(stderr: string, tries: Tries, place: Place): Judgement {
  if (isDiskFull(stderr)) return over('disk-full', 'No space was left', stderr, place);
  if (tries.incomplete === 1 && tries.runs <= RETRIES) {
    return { kind: 'again', trouble: over('failed', 'Not all could be read', stderr, place).trouble };
  }
  const unreadable = unreadablePaths(stderr, place.prefixes);
  // Not one file but the folder itself, or something of our own: nothing that a pass could go on without.
  if (unreadable.length === 0) return over('failed', 'Not all could be read (rsync status 23)', stderr, place);
  return { kind: 'incomplete', unreadable };
}

type Meaning = readonly [trouble: SourceTrouble['trouble'], what: string, retryable: boolean];

function meaning(status: number, stderr: string): Meaning {
  if (/configured to refuse/.test(stderr)) return ['refused', 'The server refuses an option', false];
  if (/Host key verification failed|Permission denied \(|REMOTE HOST IDENTIFICATION/.test(stderr) && status !== 11) {
    return ['refused', 'ssh was refused', false];
  }
  // rsync's own check of names, which comes before ours: the server is broken or hostile, and none of its listing can be believed.
  if (/(?:unsafe pathname|invalid path) from sender/.test(stderr)) {
    return ['failed', 'The server sent a name that no path of a repository can have', false];
  }
  switch (status) {
    case 2:
      return ['protocol', 'The server does not speak a protocol that rsync takes', false];
    case 4:
      return ['refused', 'The server lacks what was asked for', false];
    case 5:
      return meaningOfStart(stderr);
    case 10:
      return ['unreachable', 'Could not be reached', true];
    case 11:
      return meaningOfFileError(stderr);
    case 12:
      return isGarbage(stderr)
        ? ['protocol', 'The server sent what is no rsync protocol', true]
        : ['unreachable', 'The connection broke', true];
    case 22:
      return ['too-large', 'The listing outgrew the memory that rsync may use', false];
    case 30:
      return ['timeout', 'Nothing came for too long', true];
    case 35:
      return ['timeout', 'No connection came about in time', true];
    case 255:
      return ['unreachable', 'ssh could not connect', true];
    default:
      return ['failed', 'rsync failed', false];
  }
}

function meaningOfStart(stderr: string): Meaning {
  if (/max connections/.test(stderr)) return ['busy', 'The server has no connection to spare', true];
  if (/Unknown module/.test(stderr)) return ['refused', 'The server has no such module', false];
  if (/auth failed/.test(stderr)) return ['refused', 'The server does not take the user or the password', false];
  if (/@ERROR/.test(stderr)) return ['refused', 'The server refuses', false];
  if (/greeting|digest name list|protocol/.test(stderr)) return ['protocol', 'This is no rsync server', false];
  return ['refused', 'The server refuses', false];
}

function meaningOfFileError(stderr: string): Meaning {
  if (isDiskFull(stderr)) return ['disk-full', 'No space was left', false];
  if (/File too large/.test(stderr)) return ['too-large', 'A file outgrew the ceiling', false];
  return ['failed', 'rsync could not read or write a file', false];
}

function isDiskFull(stderr: string): boolean {
  return /\[(?:receiver|Receiver|generator)\].*(?:No space left on device|Disk quota exceeded)/.test(stderr);
}

function isGarbage(stderr: string): boolean {
  return /unexpected tag|overflow|invalid|unknown message|Invalid/.test(stderr);
}

function over(
  trouble: SourceTrouble['trouble'],
  what: string,
  stderr: string,
  place: Place,
): Judgement & { readonly kind: 'over' } {
  const said = words(stderr);
  const sentence = `${place.url}: ${what}${said === '' ? '' : `: ${said}`}.`;
  return { kind: 'over', trouble: { kind: 'trouble', trouble, sentence } };
}
