// Which key may sign which coordinates, in the format of pgpverify-maven-plugin: `group[:artifact[:packaging[:classifier]]][:version] = 0xFINGERPRINT, ...`. What
// is allowed is the union of all lines that fit, so a line that cannot be read can only allow less; it is told, and the others count.

import { createHash } from 'node:crypto';
import type { ArtifactName } from '../../../maven/artifact-name.ts';
import { type ArtifactPattern, parsePattern } from './artifact-pattern.ts';

export interface Keysmap {
  /** Changes with the file's bytes. Lower-case hex. */
  readonly version: string;
  readonly lines: number;
  readonly faults: readonly KeysmapFault[];
  allowanceOf(name: ArtifactName): Allowance;
}

export interface KeysmapFault {
  /** From 1. */
  readonly line: number;
  readonly why: string;
}

/** What the file allows for one artifact. */
export interface Allowance {
  /** Some line is about it. */
  readonly isListed: boolean;
  readonly anyKey: boolean;
  readonly noSignature: boolean;
  readonly badSignature: boolean;
  readonly noKey: boolean;
  /** Whether this fingerprint (upper-case hex) may sign it. */
  allows(fingerprint: string): boolean;
  /** Whether an issuer without a key may have signed it: revoked keys of which nothing but the revocation is left. */
  allowsLost(issuer: string): boolean;
}

interface Rule {
  readonly pattern: ArtifactPattern;
  readonly keys: readonly string[];
  readonly lost: readonly string[];
  readonly words: ReadonlySet<Word>;
}

type Word = 'any' | 'nosig' | 'badsig' | 'nokey';

const KEY = /^(!?)0x([0-9a-f\s]+)$/i;
/** Key IDs have 16 digits, fingerprints 40 or 64. */
const FEWEST_DIGITS = 16;
const MOST_DIGITS = 64;

export function parseKeysmap(text: string): Keysmap {
  const faults: KeysmapFault[] = [];
  const rules: Rule[] = [];
  for (const { number, text: line } of logicalLines(text)) {
    const rule = parseRule(line);
    if (typeof rule === 'string') faults.push({ line: number, why: rule });
    else rules.push(rule);
  }
  const find = indexOf(rules);
  return {
    version: createHash('sha256').update(text).digest('hex'),
    lines: rules.length,
    faults,
    allowanceOf: (name) => union(find(name)),
  };
}

/** Comments go first, empty lines with them; then a backslash at the end joins the next line. `number` is where it begins. */
function* logicalLines(text: string): Generator<{ number: number; text: string }, void, undefined> {
  let pending = '';
  let begun = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = (raw.split('#', 1)[0] ?? '').trim();
    if (line === '') continue;
    if (pending === '') begun = index + 1;
    if (line.endsWith('\\')) {
      pending += `${line.slice(0, -1)} `;
      continue;
    }
    yield { number: begun, text: `${pending}${line}`.trim() };
    pending = '';
  }
  if (pending.trim() !== '') yield { number: begun, text: pending.trim() };
}

/** Or why it is none. */
function parseRule(line: string): Rule | string {
  const cut = line.indexOf('=');
  const pattern = parsePattern((cut < 0 ? line : line.slice(0, cut)).trim());
  if (typeof pattern === 'string') return pattern;
  const value = cut < 0 ? '' : line.slice(cut + 1).trim();
  const keys: string[] = [];
  const lost: string[] = [];
  const words = new Set<Word>();
  // Old maps write nothing for what is not signed.
  for (const item of value === '' ? ['nosig'] : value.split(',').map((each) => each.trim())) {
    const [, bang, digits] = KEY.exec(item) ?? [];
    const word = item === '*' ? 'any' : item.toLowerCase();
    if (digits !== undefined) {
      const hex = digits.replace(/\s/g, '').toUpperCase();
      if (hex.length < FEWEST_DIGITS || hex.length > MOST_DIGITS) return `${item} is no fingerprint (16 to 64 digits)`;
      (bang === '!' ? lost : keys).push(hex);
    } else if (isWord(word)) words.add(word);
    else return `${JSON.stringify(item)} is neither 0xFINGERPRINT, !0xFINGERPRINT, any, noSig, badSig nor noKey`;
  }
  return { pattern, keys, lost, words };
}

function isWord(text: string): text is Word {
  return text === 'any' || text === 'nosig' || text === 'badsig' || text === 'nokey';
}

/** Most lines name a group outright. */
function indexOf(rules: readonly Rule[]): (name: ArtifactName) => Rule[] {
  const byGroup = new Map<string, Rule[]>();
  const others: Rule[] = [];
  for (const rule of rules) {
    const { exactGroup } = rule.pattern;
    if (exactGroup === null) others.push(rule);
    else byGroup.set(exactGroup, [...(byGroup.get(exactGroup) ?? []), rule]);
  }
  return (name) =>
    [...(byGroup.get(name.group.toLowerCase()) ?? []), ...others].filter(({ pattern }) => pattern.matches(name));
}

function union(rules: readonly Rule[]): Allowance {
  const has = (word: Word) => rules.some(({ words }) => words.has(word));
  const anyKey = has('any');
  return {
    isListed: rules.length > 0,
    anyKey,
    noSignature: has('nosig'),
    badSignature: has('badsig'),
    noKey: has('nokey'),
    allows: (fingerprint) => anyKey || rules.some(({ keys }) => keys.some((key) => isEnd(key, fingerprint))),
    allowsLost: (issuer) => rules.some(({ lost }) => lost.some((key) => isEnd(key, issuer))),
  };
}

/** A map may name a key by the end of its fingerprint, and a signature its maker by a key ID. */
function isEnd(a: string, b: string): boolean {
  return a.length < b.length ? b.endsWith(a) : a.endsWith(b);
}
