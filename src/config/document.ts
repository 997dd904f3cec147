import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Fault, KeyPath } from './fault.ts';

/** A YAML file as a value, with the line that each part of it stands on. */
export interface WrittenConfig {
  readonly value: unknown;
  /** What is wrong with it as YAML. */
  readonly faults: readonly Fault[];
  /** The text is no YAML: whatever else could be said of the value would mislead. */
  readonly isBroken: boolean;
  /** The line of the last part of `path` that is there. */
  lineOf(path: KeyPath): number;
}

/** Reads YAML 1.2. Aliases are expanded to a ceiling of the library's, so that a bomb of them is a fault and not a full memory. */
export function readYaml(text: string): WrittenConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const faults = [...document.errors, ...document.warnings].map((trouble) => ({
    line: lineAt(trouble.pos[0]),
    key: '',
    found: trouble.code === 'DUPLICATE_KEY' ? 'a key that stands here twice' : 'text that is not YAML',
    expected: trouble.code === 'DUPLICATE_KEY' ? 'each key once' : `YAML 1.2: ${firstLine(trouble.message)}`,
  }));
  const isBroken = document.errors.some((error) => error.code !== 'DUPLICATE_KEY');
  const value = isBroken ? null : madeValue(() => document.toJS({ maxAliasCount: 100 }));
  if (value instanceof Error) {
    const fault = {
      line: 1,
      key: '',
      found: 'YAML that cannot be read',
      expected: `YAML 1.2: ${firstLine(value.message)}`,
    };
    return { value: null, faults: [...faults, fault], isBroken: true, lineOf: () => 1 };
  }
  return { value, faults, isBroken, lineOf: (path) => lineAt(offsetOf(document.contents, path)) };
}

/** Unresolved and too many aliases come as exceptions only when the value is made. */
function madeValue(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function offsetOf(contents: Node | null, path: KeyPath): number {
  let node: unknown = contents;
  let offset = startOf(contents) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | null {
  return isNode(node) && node.range ? node.range[0] : null;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
