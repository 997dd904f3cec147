// What can be said about the options without a file: their JSON Schema, and for each key its form, its default and its meaning.

import { z } from 'zod';
import { configFileSchema, configSchema } from './schema.ts';

/** One line of the configuration reference. `key` is written `source.url`, `mirrors[].name`. */
export interface OptionNote {
  readonly key: string;
  readonly form: string;
  /** As YAML; null when the key must be given, or has only the defaults of its own keys. */
  readonly fallback: string | null;
  /** A mapping whose keys all have defaults of their own. */
  readonly opens: boolean;
  readonly meaning: string;
}

/** A node of a JSON Schema, as far as we look into it. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** JSON Schema (2020-12) of assay.yaml, for editors and other programs. */
export function configJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(configFileSchema, { io: 'input' }), title: 'assay.yaml' };
}

/** Every option in the order of the file, sections before their keys. */
export function explainOptions(): OptionNote[] {
  return notesBelow(rootNode(), '');
}

/** The form of the file after `source` has been made a list: what the loader walks. */
export function rootNode(): SchemaNode {
  return z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode;
}

/** The forms that a node may take: the branches of a choice, or the node alone. */
export function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  const branches = node.anyOf ?? node.oneOf;
  if (branches !== undefined) return branches.flatMap(branchesOf);
  return typeof node.type === 'object' ? node.type.map((type) => ({ ...node, type })) : [node];
}

/** The keys of a node that may be a mapping; empty when it never is. */
export function keysOf(node: SchemaNode): ReadonlyMap<string, SchemaNode> {
  return new Map(branchesOf(node).flatMap((branch) => Object.entries(branch.properties ?? {})));
}

/** The node that a path of keys and list positions leads to, or null. */
export function nodeAt(root: SchemaNode, path: readonly (string | number)[]): SchemaNode | null {
  let node: SchemaNode | null = root;
  for (const step of path) {
    if (node === null) return null;
    node = typeof step === 'number' ? itemOf(node) : (keysOf(node).get(step) ?? null);
  }
  return node;
}

export function itemOf(node: SchemaNode): SchemaNode | null {
  return branchesOf(node).find((branch) => branch.items !== undefined)?.items ?? null;
}

function notesBelow(node: SchemaNode, prefix: string): OptionNote[] {
  const required = new Set(branchesOf(node).flatMap((branch) => branch.required ?? []));
  return [...keysOf(node)].flatMap(([name, child]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const note = {
      key,
      form: formOf(child),
      fallback: required.has(name) || opens(child) ? null : fallbackOf(child),
      opens: opens(child),
      meaning: child.description ?? '',
    };
    const item = itemOf(child);
    return [note, ...notesBelow(child, key), ...(item === null ? [] : notesBelow(item, listKey(key)))];
  });
}

/** `source` may be one mapping: its keys are written without the brackets of a list. */
function listKey(key: string): string {
  return key === 'source' ? key : `${key}[]`;
}

/** Optional without a default of its own: taken from elsewhere, as the meaning says. */
function fallbackOf(node: SchemaNode): string {
  return node.default === undefined ? 'null' : JSON.stringify(node.default);
}

function opens(node: SchemaNode): boolean {
  return keysOf(node).size > 0 && JSON.stringify(node.default) === '{}';
}

function formOf(node: SchemaNode): string {
  const forms = branchesOf(node).map((branch) => {
    if (branch.const !== undefined) return String(branch.const);
    if (branch.enum !== undefined) return branch.enum.join(' | ');
    return FORMS[String(branch.type)] ?? 'mapping';
  });
  return [...new Set(forms)].join(' | ');
}

const FORMS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true | false',
  array: 'list',
  object: 'mapping',
  null: 'null',
};
