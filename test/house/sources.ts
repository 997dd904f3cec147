// The sources as trees: what a file imports, calls and declares, without being fooled by text or comments.

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import ts from 'typescript';

export const PROJECT = resolve(import.meta.dirname, '../..');

export interface Import {
  readonly specifier: string;
  /** Erased before the program runs. */
  readonly typeOnly: boolean;
  /** `import()` of a module while the program runs, or a file that a worker thread starts with. */
  readonly late: boolean;
  readonly line: number;
}

export interface Source {
  /** Below the folder that was asked for, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

const read = new Map<string, Source[]>();

/** Every TypeScript and JavaScript file below a folder of the project, read once. */
export function sourcesIn(folder: string): readonly Source[] {
  const sources = read.get(folder) ?? readAll(folder);
  read.set(folder, sources);
  return sources;
}

function readAll(folder: string): Source[] {
  const root = join(PROJECT, folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .map((file) => readSource(file, readFileSync(join(root, file), 'utf8')));
}

export function readSource(file: string, text: string): Source {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return { file, text, tree, imports: nodesOf(tree).flatMap((node) => importOf(node, tree)) };
}

/** Every node of a tree, parents first. */
export function nodesOf(tree: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

/** Faults one below the other, as a failed assertion shows them best. */
export function list(faults: readonly string[]): string {
  return faults.join('\n');
}

/** From 1, as an editor shows it. */
export function lineOf(node: ts.Node, source: ts.SourceFile): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** The file below the same folder that a relative specifier means, or null for a package or a part of Node.js. */
export function targetOf(file: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : null;
}

function importOf(node: ts.Node, tree: ts.SourceFile): Import[] {
  const found = (specifier: ts.Node | undefined, typeOnly: boolean, late: boolean): Import[] =>
    specifier !== undefined && ts.isStringLiteralLike(specifier)
      ? [{ specifier: specifier.text, typeOnly, late, line: lineOf(node, tree) }]
      : [];
  if (ts.isImportDeclaration(node)) return found(node.moduleSpecifier, isTypeOnly(node.importClause), false);
  if (ts.isExportDeclaration(node)) return found(node.moduleSpecifier, node.isTypeOnly, false);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return found(node.argument.literal, true, false);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return found(node.arguments[0], false, true);
  }
  if (ts.isNewExpression(node) && node.expression.getText(tree) === 'URL' && node.arguments?.length === 2) {
    return found(node.arguments[0], false, true).filter(({ specifier }) => specifier.endsWith('.ts'));
  }
  return [];
}

/** `import type { A }` and `import { type A, type B }`. */
function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}
