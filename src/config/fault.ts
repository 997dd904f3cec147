import type { z } from 'zod';
import { keysOf, nodeAt, type SchemaNode } from './explain.ts';
import { nearest } from './spelling.ts';

/** Something in the configuration that cannot be so. `line` is null for what does not stand in the file (a variable, a missing file part). */
export interface Fault {
  readonly line: number | null;
  /** `source.url`, `mirrors[2].name`, or the name of the environment variable. */
  readonly key: string;
  readonly found: string;
  readonly expected: string;
}

export type KeyPath = readonly (string | number)[];

/** Where in the configuration a fault lies, before it is known what stands there. */
export interface Complaint {
  readonly path: KeyPath;
  readonly expected: string;
  /** The key itself is the fault, not its value. */
  readonly unknownKey: boolean;
}

const TEXT_CEILING = 80;

/** `assay.yaml:12: source.url: found "x", expected ...`, for people. */
export function faultText(fault: Fault, file: string): string {
  const where = fault.line === null ? fault.key : `${file}:${fault.line}: ${fault.key}`;
  return `${where}: found ${fault.found}, expected ${fault.expected}`;
}

/** What zod says, in our words. One issue may name several unknown keys. */
export function complaintsOf(issue: z.core.$ZodIssue, root: SchemaNode): Complaint[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code !== 'unrecognized_keys') return [{ path, expected: expectedBy(issue), unknownKey: false }];
  const known = [...keysOf(nodeAt(root, path) ?? {}).keys()];
  return issue.keys.map((key) => ({ path: [...path, key], expected: knownKey(key, known), unknownKey: true }));
}

/** A value as a person recognises it in the file; passwords in URLs are blotted out. */
export function foundText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(value).replace(/(\/\/[^/@:]*):[^@/]*@/, '$1:***@');
  return text.length > TEXT_CEILING ? `${text.slice(0, TEXT_CEILING)}…` : text;
}

export function knownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== null) return `a known key; did you mean "${near}"?`;
  return known.length === 0 ? 'no keys' : `a known key (${known.join(', ')})`;
}

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      // Nothing but null is taken where a role is still to come: the schema says so in its own words.
      return TYPE_WORDS[issue.expected] ?? issue.message;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    case 'too_small':
      return issue.origin === 'array' && issue.message.startsWith('Too small')
        ? `a list of at least ${issue.minimum}`
        : smallest(issue);
    case 'too_big':
      return issue.origin === 'array' ? `a list of at most ${issue.maximum}` : `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function smallest(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'string') return 'some text';
  if (issue.origin === 'array') return issue.message;
  return issue.inclusive === false ? `more than ${issue.minimum}` : `${issue.minimum} or more`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};
