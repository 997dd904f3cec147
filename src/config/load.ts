import { readFileSync, statSync } from 'node:fs';
import { CodedError, systemCode } from '../host/error.ts';
import type { Combination } from './combination.ts';
import { readYaml, type WrittenConfig } from './document.ts';
import { applyOverrides, type Override, readOverrides } from './environment.ts';
import { rootNode } from './explain.ts';
import { type Complaint, complaintsOf, type Fault, foundText, type KeyPath } from './fault.ts';
import { type Config, configSchema } from './schema.ts';
import { crawlCombinations } from './section/crawl.ts';
import { serveCombinations } from './section/serve.ts';
import { sourceCombinations } from './section/source-combination.ts';
import { logCombinations } from './section/stats.ts';

export type Loaded =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

type Environment = Readonly<Record<string, string | undefined>>;

const SIZE_CEILING = 1024 * 1024;

/** Reads and judges a configuration file. Throws `config-unreadable` when there is no such file; everything in it that is wrong is a fault. */
export function loadConfig(path: string, env: Environment): Loaded {
  return readConfig(readText(path), env);
}

/** The configuration in `text` with the overrides of `env`, frozen all through; or all of its faults, in the order of their lines. */
export function readConfig(text: string, env: Environment): Loaded {
  const document = readYaml(text);
  if (document.isBroken) return { kind: 'faults', faults: document.faults };
  const listed = listSources(document.value);
  const root = rootNode();
  const { overrides, faults } = readOverrides(env, root, sourcesIn(listed).length);
  const written = dropEmptySections(applyOverrides(listed, overrides));
  const parsed = configSchema.safeParse(written);
  const complaints = parsed.success ? [] : parsed.error.issues.flatMap((issue) => complaintsOf(issue, root));
  const all = [...complaints, ...clashesIn(written), ...twinsIn(written)];
  const placed = all.map((complaint) => place(complaint, document, written, overrides));
  const found = [...document.faults, ...placed, ...faults].toSorted(byLine);
  if (found.length > 0 || !parsed.success) return { kind: 'faults', faults: found };
  return { kind: 'config', config: deepFreeze(parsed.data) };
}

function readText(path: string): string {
  try {
    if (statSync(path).size > SIZE_CEILING) {
      throw new CodedError('config-unreadable', `${path} is larger than 1 MiB.`, {
        path,
        remedy: 'Give the right file with --config.',
      });
    }
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('config-unreadable', `Could not read ${path} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path,
      remedy: 'Give the file with --config FILE, or write one with `assay init mirror`.',
    });
  }
}

/** One source is written as a mapping; the program reads a list. An empty file is a mapping without keys. */
function listSources(value: unknown): unknown {
  if (value === null || value === undefined) return {};
  if (!isMapping(value) || !isMapping(value.source)) return value;
  return { ...value, source: [value.source] };
}

/** `serve:` with nothing below it (all of its keys commented out) is an absent section. */
function dropEmptySections(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key, section]) => section !== null || key === 'name'));
}

function sourcesIn(value: unknown): readonly unknown[] {
  return listIn(value, 'source');
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = isMapping(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

function clashesIn(written: unknown): Complaint[] {
  if (!isMapping(written)) return [];
  const below = (path: KeyPath, section: unknown, rules: readonly Combination[]) =>
    rules.flatMap((rule) => {
      const clash = rule(section);
      return clash === null ? [] : [{ path: [...path, clash.at], expected: clash.expected, unknownKey: false }];
    });
  return [
    ...sourcesIn(written).flatMap((source, index) => below(['source', index], source, sourceCombinations)),
    ...below(['serve'], written.serve, serveCombinations),
    ...below(['crawl'], written.crawl, crawlCombinations),
    ...listIn(written.stats, 'logs').flatMap((log, index) => below(['stats', 'logs', index], log, logCombinations)),
  ];
}

/** Two entries of one list with the same name could not be told apart in findings and logs. */
function twinsIn(written: unknown): Complaint[] {
  if (!isMapping(written)) return [];
  return ['push', 'mirrors', 'alerts'].flatMap((section) => {
    const list = written[section];
    const names = Array.isArray(list) ? list.map((entry) => (isMapping(entry) ? entry.name : undefined)) : [];
    return names.flatMap((name, index) =>
      name !== undefined && names.indexOf(name) < index
        ? [{ path: [section, index, 'name'], expected: 'a name that no other entry has', unknownKey: false }]
        : [],
    );
  });
}

function place(complaint: Complaint, document: WrittenConfig, written: unknown, overrides: readonly Override[]): Fault {
  const { path, expected, unknownKey } = complaint;
  const found = unknownKey ? `the unknown key "${path.at(-1)}"` : foundText(valueAt(written, path));
  const override = overrides.find((each) => each.path.join('.') === path.join('.'));
  if (override !== undefined) return { line: null, key: override.variable, found, expected };
  const isOneSource = path[0] === 'source' && isMapping(valueAt(document.value, ['source']));
  const inFile = isOneSource ? path.filter((_, depth) => depth !== 1) : path;
  return { line: document.lineOf(inFile), key: keyText(inFile), found, expected };
}

function keyText(path: KeyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce((at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined), value);
}

function byLine(left: Fault, right: Fault): number {
  return (left.line ?? Number.MAX_SAFE_INTEGER) - (right.line ?? Number.MAX_SAFE_INTEGER);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
