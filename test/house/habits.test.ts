import assert from 'node:assert/strict';
import test from 'node:test';
import ts from 'typescript';
import { lineOf, list, nodesOf, readSource, type Source, sourcesIn } from './sources.ts';

// What the sources never do. The bootstrap is left out: it runs before there is a host to ask, and is its own doorstep.

interface Habit {
  readonly rule: string;
  /** What a file of the sources does not do ... */
  readonly breaks: (node: ts.Node, tree: ts.SourceFile) => boolean;
  /** ... unless it is one of these. */
  readonly allowed: RegExp;
  readonly wrong: string;
}

const NOBODY = /^$/;
const BOOTSTRAP = 'bootstrap.mjs';
const MAIN = /^main\.ts$/;

const HABITS: readonly Habit[] = [
  {
    rule: 'the time of day is read in host/clock only',
    breaks: (node, tree) => calls(node, tree, /^Date\.now$/) || isBareDate(node, tree),
    allowed: /^host\/clock\.ts$/,
    wrong: 'const now = Date.now(); const d = new Date();',
  },
  {
    rule: 'nothing writes to the console',
    breaks: (node, tree) => ts.isPropertyAccessExpression(node) && node.expression.getText(tree) === 'console',
    allowed: NOBODY,
    wrong: "console.log('x');",
  },
  {
    rule: 'only the doorstep ends the process',
    breaks: (node, tree) => calls(node, tree, /^process\.(exit|abort|kill)$/) && !killsAnother(node),
    allowed: MAIN,
    wrong: 'process.exit(1);',
  },
  {
    rule: 'only verbs, the demo and the doorstep speak to people',
    breaks: (node, tree) => calls(node, tree, /^process\.(stdout|stderr)\.write$/),
    allowed: /^(command\/|demo\/|main\.ts$)/,
    wrong: "process.stderr.write('x');",
  },
  {
    rule: 'no shell reads what we run',
    breaks: (node, tree) =>
      (ts.isPropertyAssignment(node) && node.name.getText(tree) === 'shell') ||
      importsName(node, tree, /^exec(Sync)?$/),
    allowed: NOBODY,
    wrong: "import { exec } from 'node:child_process'; spawn('ls', [], { shell: true });",
  },
  {
    rule: 'chance is handed in, so that a run can be told again; only what spreads load in time takes it from the machine',
    breaks: (node, tree) => node.getText(tree) === 'Math.random' && ts.isPropertyAccessExpression(node),
    allowed: /^(mirror\/source\/rsync\/rsync|schedule\/timetable|compose\/source-of)\.ts$/,
    wrong: 'const x = Math.random();',
  },
  {
    rule: 'nothing that was caught is dropped without a word',
    breaks: (node, tree) => ts.isCatchClause(node) && isEmpty(node.block, tree),
    allowed: NOBODY,
    wrong: 'try { f(); } catch {}',
  },
  {
    rule: 'the AWS SDK is loaded when a store is opened, never at the start',
    breaks: (node) =>
      ts.isImportDeclaration(node) && /^'@aws-sdk/.test(node.moduleSpecifier.getText()) && !isTypeOnly(node),
    allowed: NOBODY,
    wrong: "import { S3Client } from '@aws-sdk/client-s3';",
  },
  {
    rule: 'signals belong to the doorstep and to what runs as a process of its own',
    breaks: (node, tree) => calls(node, tree, /^process\.(on|once)$/) && /^process\.\w+\('SIG/.test(node.getText(tree)),
    allowed: /^(main|host\/fork|compose\/(daemon|serve-process))\.ts$/,
    wrong: "process.on('SIGINT', stop);",
  },
];

for (const { rule, breaks, allowed, wrong } of HABITS) {
  test(rule, () => {
    const faults = sourcesIn('src')
      .filter(({ file }) => !allowed.test(file) && file !== BOOTSTRAP)
      .flatMap((source) => places(source, breaks));

    assert.equal(list(faults), '');
    assert.notEqual(list(places(readSource('example.ts', wrong), breaks)), '', 'the rule does not see its own example');
  });
}

function places({ file, tree }: Source, breaks: Habit['breaks']): string[] {
  return nodesOf(tree)
    .filter((node) => breaks(node, tree))
    .map((node) => `src/${file}:${lineOf(node, tree)}`);
}

function calls(node: ts.Node, tree: ts.SourceFile, name: RegExp): boolean {
  return ts.isCallExpression(node) && name.test(node.expression.getText(tree));
}

/** `new Date()` reads the clock, `new Date(value)` does not. */
function isBareDate(node: ts.Node, tree: ts.SourceFile): boolean {
  return ts.isNewExpression(node) && node.expression.getText(tree) === 'Date' && (node.arguments ?? []).length === 0;
}

/** `process.kill(pid, signal)` ends somebody else: host/child does that for its own children. */
function killsAnother(node: ts.Node): boolean {
  return ts.isCallExpression(node) && node.expression.getText().endsWith('.kill');
}

function importsName(node: ts.Node, tree: ts.SourceFile, name: RegExp): boolean {
  if (!ts.isImportSpecifier(node) || !name.test((node.propertyName ?? node.name).getText(tree))) return false;
  return /child_process/.test(node.parent.parent.parent.getText(tree));
}

function isTypeOnly(node: ts.ImportDeclaration): boolean {
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function isEmpty(block: ts.Block, tree: ts.SourceFile): boolean {
  return block.statements.length === 0 && !/\/[/*]/.test(block.getText(tree));
}
