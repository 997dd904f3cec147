// The first configuration file of an installation. What the options are, and what they mean, is handed in: it stands in the schema alone.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeDurably } from '../host/durable.ts';
import { CodedError, systemCode } from '../host/error.ts';
import { estimateLines, type KnownOrigin } from './known-origin.ts';

export { estimateLines, KNOWN_ORIGINS, type KnownOrigin } from './known-origin.ts';

/** What a person told; null for what was left open. */
export interface InitAnswers {
  readonly name: string;
  readonly contact: string | null;
  readonly source: string | null;
  /** In place of `source`: a public repository whose whereabouts are known. */
  readonly of?: KnownOrigin | null;
  readonly data: string | null;
  readonly listen: readonly string[] | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

/** One option of the file, in its order; `key` is written `serve.tls.key`, `fallback` is YAML or null where a value must be given. */
export interface Option {
  readonly key: string;
  readonly fallback: string | null;
  /** A mapping whose keys all have defaults of their own. */
  readonly opens: boolean;
  readonly meaning: string;
}

export interface InitText {
  readonly text: string;
  /** Keys that hold an example, to be changed before the first start. */
  readonly placeholders: readonly string[];
}

const MIRROR = ['name', 'contact', 'data', 'source', 'removal', 'history_days', 'verify', 'serve'];
/** The sections of each role. A primary mirrors, too: what others have is compared with its own tree. */
const SECTIONS = { mirror: MIRROR, primary: [...MIRROR, 'mirrors', 'crawl', 'alerts', 'primary'] };
const WIDTH = 116;
const HEAD = `# Configuration of assay. Every key of the role stands here with its default; delete what you do not change.
# \`assay check-config\` reads it and tells all faults at once. Single keys can be overridden by the environment:
# ASSAY__SERVE__PLAIN_HTTP=true.
`;

export type InitRole = keyof typeof SECTIONS;

export const INIT_ROLES = Object.keys(SECTIONS) as readonly InitRole[];

/** A complete, commented assay.yaml for the role, which loads without a fault as it is. */
export function firstConfig(role: InitRole, answers: InitAnswers, options: readonly Option[]): InitText {
  const { values, placeholders } = valuesFor(role, answers);
  const open = openKeys(options, values);
  const known = answers.of ?? null;
  const lines = options.flatMap((option) => {
    if (known !== null && option.key.startsWith('source.')) return [];
    if (known !== null && option.key === 'source') return sourceLines(option, known);
    return SECTIONS[role].includes(option.key.split('.')[0] ?? '') ? optionLines(option, values, open) : [];
  });
  return { text: `${HEAD}${lines.join('\n')}\n`, placeholders };
}

/** Writes the file; one that is there already is kept unless `force`. Throws `init-exists` and `init-unwritable`. */
export function writeConfig(path: string, text: string, force: boolean): void {
  if (!force && existsSync(path)) throw alreadyThere(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (force) writeDurably(path, text);
    else writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') throw alreadyThere(path);
    throw new CodedError('init-unwritable', `Could not write ${path} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path,
      remedy: 'Give another file with --output FILE, or - for standard output.',
    });
  }
}

function alreadyThere(path: string): CodedError {
  return new CodedError('init-exists', `${path} is there already and was left as it is.`, {
    path,
    remedy: 'Give --force to overwrite it, or --output FILE.',
  });
}

function valuesFor(
  role: InitRole,
  answers: InitAnswers,
): { values: ReadonlyMap<string, unknown>; placeholders: string[] } {
  const listen = answers.listen ?? ['[::]:443'];
  const isLocal = listen.every((address) => /^(?:127\.[\d.]+|localhost|\[::1\]):/.test(address));
  const values = new Map<string, unknown>([
    ['name', answers.name],
    ['contact', answers.contact ?? 'ops@example.org'],
    ['source.url', answers.source ?? 'rsync://origin.example.org/repo/'],
    ['serve.listen', listen],
  ]);
  if (role === 'primary') {
    // A section that is absent is a role not played: one key opens it.
    values.set('crawl.reference', 'inventory');
    values.set('primary.geoip', null);
  }
  const placeholders = [
    ...(answers.contact === null ? ['contact'] : []),
    ...(answers.source === null && (answers.of ?? null) === null ? ['source.url'] : []),
  ];
  const kind = kindOf(answers.source);
  if (kind !== null) values.set('source.kind', kind);
  if (answers.data !== null) values.set('data', answers.data);
  if (answers.of) values.set('serve.deploy_at', answers.of.deployAt);
  if (isLocal && answers.certificate === null) {
    values.set('serve.plain_http', true);
  } else {
    values.set('serve.tls.certificate', answers.certificate ?? '/etc/assay/tls/fullchain.pem');
    values.set('serve.tls.key', answers.key ?? '/etc/assay/tls/key.pem');
    if (answers.certificate === null) placeholders.push('serve.tls.certificate');
    if (answers.key === null) placeholders.push('serve.tls.key');
  }
  return { values, placeholders };
}

/** The kind that the address is of, where that is not the usual one. */
function kindOf(source: string | null): string | null {
  const scheme = URL.parse(source ?? '')?.protocol;
  if (scheme === 's3:') return 's3';
  return scheme === 'https:' || scheme === 'http:' ? 'http' : null;
}

/** What lies below a mapping that stays null is left out. */
function optionLines(option: Option, values: ReadonlyMap<string, unknown>, open: ReadonlySet<string>): string[] {
  const parts = option.key.split('.');
  const parents = parts.slice(0, -1).map((_, depth) => parts.slice(0, depth + 1).join('.'));
  if (option.key.includes('[') || !parents.every((parent) => open.has(parent))) return [];
  const indent = '  '.repeat(parents.length);
  const comment = wrap(option.meaning, WIDTH - indent.length).map((line) => `${indent}# ${line}`);
  const value = values.has(option.key) ? JSON.stringify(values.get(option.key)) : (option.fallback ?? 'null');
  const line = `${indent}${parts.at(-1)}:${open.has(option.key) ? '' : ` ${value}`}`;
  return parents.length === 0 ? ['', ...comment, line] : [...comment, line];
}

/** A list: each source with the keys that make it what it is, and the reason; of the others the defaults hold. */
function sourceLines(option: Option, known: KnownOrigin): string[] {
  const comment = (text: string, indent: string) =>
    wrap(text, WIDTH - indent.length).map((line) => `${indent}# ${line}`);
  const listed = known.sources.flatMap(({ reason, keys }) => {
    const lines = Object.entries(keys).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    return [...comment(reason, '  '), ...lines.map((line, at) => (at === 0 ? `  - ${line}` : `    ${line}`))];
  });
  const more = '`assay init mirror --output -` shows every other key of a source with its meaning.';
  return [
    '',
    ...[option.meaning, ...estimateLines(known), more].flatMap((text) => comment(text, '')),
    'source:',
    ...listed,
  ];
}

/** The mappings that are written out: their keys have defaults, or one of them has a value here. */
function openKeys(options: readonly Option[], values: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const given = [...values.keys()];
  const opened = options.filter(({ key, opens }) => opens || given.some((each) => each.startsWith(`${key}.`)));
  return new Set(opened.map(({ key }) => key));
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
