// Regular expressions over versions, from a file that somebody else keeps: a subset with a name, under a deadline.
//
// The subset: literals, `.`, `\d \w \s` and their opposites, escaped punctuation, classes in brackets, groups with and without `?:`, alternatives,
// `* + ? {m} {m,} {m,n}` with or without a `?` behind, `^` and `$`. Java and JavaScript read these alike.

import { createContext, Script } from 'node:vm';

export type Comparison = 'matches' | 'differs' | 'too-long';

/** The second is for the machine that was busy with something else during the first: what is not matched in time allows nothing. */
const DEADLINES_MS = [50, 1000];
const MOST_CHARACTERS = 500;

const CLASS = String.raw`\[\^?\]?(?:\\[dwsDWS.\-\]\[\\^+_]|[^\]\[\\&])*\]`;
const ATOM = String.raw`\\[dwsDWS]|\\[^\w\s]|${CLASS}|[).]|[^\\\[\](){}*+?|.^$]`;
const QUANTIFIER = String.raw`(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??`;
const SUBSET = new RegExp(String.raw`^(?:\((?:\?:)?|[|^$]|(?:${ATOM})(?:${QUANTIFIER})?)*$`, 'u');

const TEST = new Script('regex.test(version)');

/** Matches whole versions, of either case. Or why it cannot be used. */
export function compileVersionPattern(source: string): ((version: string) => Comparison) | string {
  if (source.length > MOST_CHARACTERS) return `its expression is longer than ${MOST_CHARACTERS} characters`;
  if (!SUBSET.test(source)) return `${source} is outside of the expressions that are read here`;
  const regex = compile(source);
  if (regex === null) return `${source} is no regular expression`;
  const room = { regex, version: '' };
  const context = createContext(room);
  return (version) => {
    room.version = version;
    for (const timeout of DEADLINES_MS) {
      try {
        return TEST.runInContext(context, { timeout }) === true ? 'matches' : 'differs';
      } catch {
        // The only thing that this script can throw is its deadline.
      }
    }
    return 'too-long';
  };
}

function compile(source: string): RegExp | null {
  try {
    return new RegExp(`^(?:${source})$`, 'i');
  } catch {
    // Brackets that do not close, bounds that are turned round: not for us to mend.
    return null;
  }
}
