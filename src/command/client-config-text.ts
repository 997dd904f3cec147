// What client-config did, for people and for programs.

import type { Configured, Tool, Undone, Wish } from '../client/settings.ts';
import type { TriedArtifact } from '../compose/verbs.ts';
import type { ClientConfigResult, TriedResult } from '../config/shape/client.ts';
import { cleanReply, type Reply } from './reply.ts';
import { shortList } from './text.ts';

export type Done = Exclude<Configured, { kind: 'fault' }>;

export function configuredResult(tool: Tool, wish: Wish, done: Done): ClientConfigResult {
  return {
    tool,
    mode: wish.mode,
    mirrors: [...wish.mirrors],
    repositories: wish.repositories.map(({ ids }) => ids[0]),
    file: done.kind === 'file' ? done.place : done.path,
    text: done.text,
    written: done.kind === 'written',
    backup: done.kind === 'written' ? done.backup : null,
    tried: null,
  };
}

export function configuredReply(done: Done, result: ClientConfigResult): Reply {
  switch (done.kind) {
    case 'file':
      return cleanReply(result, done.text);
    case 'unchanged':
      return cleanReply(result, `${done.path} says so already.`);
    case 'written': {
      const kept = done.backup === null ? '' : ` What was there before is in ${done.backup}.`;
      return cleanReply(
        result,
        `Wrote ${done.path}.${kept}\nTo undo it: assay client-config ${result.tool} --mode restore --write`,
      );
    }
    case 'unsafe':
      return unsafeReply(done, result, 'Put in yourself what is printed; --file names another file.', done.text);
  }
}

export function restoredReply(done: Undone, result: ClientConfigResult): Reply {
  switch (done.kind) {
    case 'nothing':
      return cleanReply(result, `${done.path} has nothing of assay in it.`);
    case 'restored': {
      const what =
        done.text === null ? 'It held nothing else: the file goes' : 'Everything else in it stays, to the byte';
      if (done.done) return cleanReply(result, `Restored ${done.path}. ${what}.`);
      return cleanReply(result, `${done.path} has lines of assay in it. ${what}: add --write.`);
    }
    case 'unsafe':
      return unsafeReply(
        done,
        result,
        'Take out yourself what was put in, or take a copy that was kept beside it.',
        '',
      );
  }
}

function unsafeReply(
  { path, because }: { readonly path: string; readonly because: string },
  result: ClientConfigResult,
  remedy: string,
  text: string,
): Reply {
  const problem = { code: 'settings-unsafe', sentence: `${path} was left as it is, because ${because}.`, remedy, path };
  return { result, problems: [problem], outcomes: ['could-not'], text };
}

export function triedResult(tried: TriedArtifact): TriedResult {
  const named = tried.artifact;
  const artifact = named === null ? null : `${named.group}:${named.artifact}:${named.version}`;
  switch (tried.kind) {
    case 'failed': {
      const sentence = `Could not fetch ${artifact ?? 'anything'}: ${tried.sentence}.`;
      return { artifact, outcome: 'failed', sentence, mirror: null, sha256: null, lines: [...tried.kept] };
    }
    case 'same':
    case 'differs': {
      const sentence =
        tried.kind === 'same'
          ? `Fetched ${artifact}: the bytes that ${tried.from} sends.`
          : `Fetched ${artifact}, and it is not what ${tried.from} sends.`;
      return { artifact, outcome: tried.kind, sentence, mirror: tried.from, sha256: tried.sha256, lines: [] };
    }
  }
}

/** What was tried is told in place of a file that would be printed: a file with a sentence behind it is no file. */
export function withTrial(reply: Reply, done: Done, tried: TriedResult): Reply {
  const result = { ...(reply.result as ClientConfigResult), tried };
  const told = done.kind === 'file' ? [] : [reply.text];
  if (tried.outcome === 'same') return { ...reply, result, text: [...told, tried.sentence].join('\n') };
  const lines = shortList(tried.lines, 40).map((line) => `  ${line}`);
  const problem = {
    code: 'client-trial-failed',
    sentence: tried.sentence,
    remedy: 'Nothing of your own settings or of your local repository was used.',
    path: null,
  };
  const outcome = tried.outcome === 'differs' ? 'trouble' : 'could-not';
  return { result, problems: [problem], outcomes: [outcome], text: [...told, ...lines].join('\n') };
}
