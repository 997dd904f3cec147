import type { Done, Outcome } from '../compose/verbs.ts';
import { type Fault, faultText } from '../config/fault.ts';
import type { Problem } from '../config/shape/envelope.ts';
import { CodedError, systemCode } from '../host/error.ts';
import type { LogLevel } from '../host/logger.ts';

/** What a verb has to say at its end: the result for programs and the same as text for people. */
export interface Reply {
  readonly result: unknown;
  readonly problems: readonly Problem[];
  readonly outcomes: readonly Outcome[];
  readonly text: string;
}

/** A verb's own result with the words for people. */
export function replyWith<Result>(done: Done<Result>, text: string): Reply {
  return { result: done.result, problems: done.problems, outcomes: done.outcomes, text };
}

export function cleanReply(result: unknown, text: string): Reply {
  return { result, problems: [], outcomes: ['clean'], text };
}

export function usageReply(sentence: string, remedy: string): Reply {
  return failed({ code: 'usage', sentence, remedy, path: null }, 'usage');
}

/** Every fault of a configuration file is a problem of its own. */
export function faultsReply(faults: readonly Fault[], file: string): Reply {
  const problems = faults.map((fault) => ({
    code: 'config-fault',
    sentence: faultText(fault, file),
    remedy: 'Correct it; README has every key with its default, and `assay check-config` looks again.',
    path: fault.key,
  }));
  return { result: null, problems, outcomes: ['usage'], text: '' };
}

/** The file is right, and plays no role that the verb could work on. */
export function roleReply(verb: string, sections: string, file: string): Reply {
  const sentence = `${verb} needs ${sections} in ${file}.`;
  return failed(
    { code: 'config-role', sentence, remedy: '`assay init mirror --output -` shows all of it.', path: file },
    'usage',
  );
}

/** What was thrown, as problems. Anything without a code of ours is a bug or a surprise of the machine: `internal`. */
export function replyToError(error: unknown, logLevel: LogLevel): Reply {
  if (error instanceof CodedError) {
    const { code, message, remedy, path } = error;
    return failed({ code, sentence: message, remedy, path }, code.startsWith('config-') ? 'usage' : 'could-not');
  }
  const words = error instanceof Error ? error.message : String(error);
  if (systemCode(error)?.startsWith('SQLITE_CORRUPT')) {
    const sentence = `The database is damaged: ${words}.`;
    const remedy =
      'Stop the daemon, then `assay restore FILE`, or `assay verify --rebuild`. Look at the disk (smartctl, dmesg).';
    return failed({ code: 'state-unusable', sentence, remedy, path: null }, 'could-not');
  }
  const stack = logLevel === 'debug' && error instanceof Error ? (error.stack ?? '') : '';
  const remedy =
    'This is a mistake in assay, or the machine did what it should not: run again with --log-level debug and report it.';
  const reply = failed(
    { code: 'internal', sentence: `Something unexpected happened: ${words}`, remedy, path: null },
    'could-not',
  );
  return { ...reply, text: stack };
}

export function interruptedReply(by: string): Reply {
  const remedy = 'Nothing is half done: what was begun is finished or undone at the next start.';
  return failed({ code: 'interrupted', sentence: `Stopped by ${by}.`, remedy, path: null }, 'could-not');
}

function failed(problem: Problem, outcome: Outcome): Reply {
  return { result: null, problems: [problem], outcomes: [outcome], text: '' };
}
