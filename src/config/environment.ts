// `ASSAY__SERVE__PLAIN_HTTP=true` overrides `serve.plain_http`: for containers and for systemd drop-ins.

import { parse } from 'yaml';
import { branchesOf, keysOf, type SchemaNode } from './explain.ts';
import { type Fault, foundText, type KeyPath, knownKey } from './fault.ts';

const PREFIX = 'ASSAY__';

export interface Override {
  readonly variable: string;
  readonly path: KeyPath;
  readonly value: unknown;
}

/** What the environment overrides in `written` (with `source` as a list), and what it tries to and cannot. */
export function readOverrides(
  env: Readonly<Record<string, string | undefined>>,
  root: SchemaNode,
  sourceCount: number,
): { readonly overrides: readonly Override[]; readonly faults: readonly Fault[] } {
  const overrides: Override[] = [];
  const faults: Fault[] = [];
  for (const [variable, text] of Object.entries(env).toSorted()) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const target = targetOf(variable.slice(PREFIX.length).split('__'), root, sourceCount);
    const value = scalarOf(text, target.node);
    const isScalar = typeof value !== 'object' || value === null;
    const expected = target.fault ?? (isScalar ? null : 'a single value: lists and mappings stand in the file');
    if (expected === null) overrides.push({ variable, path: target.path, value });
    else faults.push({ line: null, key: variable, found: foundText(text), expected });
  }
  return { overrides, faults };
}

/** Puts the overrides into a copy of `written`; sections that are absent come to be. */
export function applyOverrides(written: unknown, overrides: readonly Override[]): unknown {
  const copy: unknown = structuredClone(written);
  for (const { path, value } of overrides) {
    let place = copy;
    for (const [depth, step] of path.slice(0, -1).entries()) place = descend(place, step, path[depth + 1]);
    if (isHolder(place)) place[path.at(-1) ?? ''] = value;
  }
  return copy;
}

interface Target {
  readonly path: KeyPath;
  readonly node: SchemaNode;
  readonly fault: string | null;
}

function targetOf(words: readonly string[], root: SchemaNode, sourceCount: number): Target {
  let node = root;
  const path: (string | number)[] = [];
  for (const word of words) {
    const keys = keysOf(node);
    const key = [...keys.keys()].find((name) => name.toUpperCase() === word);
    const child = key === undefined ? undefined : keys.get(key);
    if (key === undefined || child === undefined) {
      return { path, node, fault: listFault(node) ?? unknownWord(word, [...keys.keys()]) };
    }
    path.push(key);
    node = child;
    if (key !== 'source' || path.length !== 1) continue;
    if (sourceCount > 1) return { path, node, fault: 'a key outside lists: source is a list here' };
    path.push(0);
    node = child.items ?? child;
  }
  return { path, node, fault: listFault(node) ?? sectionFault(node, words) };
}

function listFault(node: SchemaNode): string | null {
  return branchesOf(node).every((branch) => branch.items !== undefined)
    ? 'a key outside lists: they stand in the file'
    : null;
}

function sectionFault(node: SchemaNode, words: readonly string[]): string | null {
  const first = keysOf(node).keys().next().value;
  return first === undefined ? null : `a single key, such as ${PREFIX}${words.join('__')}__${first.toUpperCase()}`;
}

function unknownWord(word: string, known: readonly string[]): string {
  return knownKey(
    word,
    known.map((name) => name.toUpperCase()),
  );
}

/** YAML's reading of the text, or the text itself where YAML has none (a cron line begins like an alias) or the key takes text only. */
function scalarOf(text: string, node: SchemaNode): unknown {
  let value: unknown;
  try {
    value = parse(text, { logLevel: 'silent' });
  } catch {
    // Not YAML on its own: then it is the plain text that a person meant.
    return text;
  }
  const takesTextOnly = branchesOf(node).every((branch) => branch.type === 'string' || branch.type === 'null');
  if (!takesTextOnly || typeof value === 'string' || value === null) return value;
  return text;
}

type Holder = Record<string | number, unknown>;

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

function descend(place: unknown, step: string | number, next: string | number | undefined): unknown {
  if (!isHolder(place)) return null;
  if (!isHolder(place[step])) place[step] = typeof next === 'number' ? [] : {};
  return place[step];
}
