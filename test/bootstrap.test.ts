import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { temporaryFolder } from './support/folder.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const DEADLINE_MS = 60_000;
/** Stands for main.ts: tells what it was given, and how it was ended. */
const MAIN = `
const [verb] = process.argv.slice(2);
if (verb === 'status') process.exitCode = 7;
if (verb === 'quarantine') process.kill(process.pid, 'SIGKILL');
if (verb === 'wait') {
  const beat = setInterval(() => {}, 1000);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => { process.stderr.write(name); process.exitCode = 5; clearInterval(beat); });
  }
}
process.stdout.write(JSON.stringify({ words: process.argv.slice(2), folder: process.cwd(), node: process.versions.node }));
`;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

test('without a verb it starts the demo, and options alone belong to it', async (t) => {
  const project = copiedProject(t);

  const plain = await start(project, []);
  const once = await start(project, ['--once', '--json']);

  assert.deepEqual(JSON.parse(plain.stdout).words, ['demo']);
  assert.deepEqual(JSON.parse(once.stdout).words, ['demo', '--once', '--json']);
});

test('a verb goes through as it is, and so do questions about assay as a whole', async (t) => {
  const project = copiedProject(t);

  const verb = await start(project, ['check-config', '--config', 'a b.yaml']);
  const help = await start(project, ['--help']);

  assert.deepEqual(JSON.parse(verb.stdout).words, ['check-config', '--config', 'a b.yaml']);
  assert.deepEqual(JSON.parse(help.stdout).words, ['--help']);
});

test('the verb runs on the Node.js that npm has brought, in the folder in which the person typed', async (t) => {
  const project = copiedProject(t);
  const folder = temporaryFolder(t);

  const { stdout, stderr } = await start(project, ['check-config'], { INIT_CWD: folder });

  assert.equal(JSON.parse(stdout).folder, folder);
  assert.match(JSON.parse(stdout).node, /^24\./);
  assert.equal(stderr, '', 'where nothing is to be done, nothing is said');
});

test("the verb's exit status is the status of the whole, 128 + n after signal n", async (t) => {
  const project = copiedProject(t);

  const seven = await start(project, ['status']);
  const killed = await start(project, ['quarantine']);

  assert.equal(seven.status, 7);
  assert.equal(killed.status, 137);
});

test('a signal reaches the verb once, and the verb decides how it ends', async (t) => {
  const project = copiedProject(t);

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const child = spawnBootstrap(project, ['start', 'wait'], {});
    child.stdout?.once('data', () => child.kill(name));
    const { status, stderr } = await ended(child);

    assert.equal(stderr, name);
    assert.equal(status, 5);
  }
});

test('a task that is not there is wrong usage', async (t) => {
  const { status, stdout, stderr } = await ended(spawnBootstrap(copiedProject(t), ['sync'], {}));

  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /There is no sync here, only install, start\. .*npm start -- VERB/);
});

test('where rsync is missing and nothing can install it, it says what is needed and ends with 2', async (t) => {
  const project = copiedProject(t);
  const empty = temporaryFolder(t);

  const { status, stdout, stderr } = await start(project, ['sync'], { PATH: empty });

  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /assay: needs rsync 3\.2 or newer, and none is here/);
});

test('an rsync that is too old counts as missing', async (t) => {
  const project = copiedProject(t);
  const programs = temporaryFolder(t);
  program(join(programs, 'rsync'), "echo 'rsync  version 3.1.3  protocol version 31'");

  const { status, stderr } = await start(project, ['demo'], { PATH: programs });

  assert.equal(status, 2);
  assert.match(stderr, /and 3\.1\.3 is here/);
});

test('verbs that never call rsync do not ask for it', async (t) => {
  const project = copiedProject(t);
  const empty = temporaryFolder(t);

  const { status } = await start(project, ['check-config'], { PATH: empty });

  assert.equal(status, 0);
});

test('packages that cannot be installed are a failure with a line to try, and stdout stays empty', async (t) => {
  const project = copiedProject(t);
  const programs = temporaryFolder(t);
  rmSync(join(project, 'node_modules'));
  program(join(programs, 'npm'), "echo 'no way to the registry'; exit 1");

  const { status, stdout, stderr } = await start(project, [], { PATH: `${programs}:/usr/bin:/bin`, npm_execpath: '' });

  assert.equal(status, 3);
  assert.equal(stdout, '');
  assert.match(stderr, /installing packages.*no way to the registry.*could not be installed.*npm install/s);
});

/** The bootstrap with the packages of this checkout and a main.ts that tells what it gets. */
function copiedProject(t: TestContext): string {
  const project = temporaryFolder(t);
  mkdirSync(join(project, 'src'));
  for (const file of ['src/bootstrap.mjs', 'package.json', 'package-lock.json']) {
    copyFileSync(join(PROJECT, file), join(project, file));
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(project, 'node_modules'));
  writeFileSync(join(project, 'src/main.ts'), MAIN);
  return project;
}

function start(project: string, words: string[], env: Record<string, string> = {}): Promise<Ended> {
  return ended(spawnBootstrap(project, ['start', ...words], { PATH: withRsync(project), ...env }));
}

/** A PATH on which every program of the machine stands, and an rsync that is new enough. */
function withRsync(project: string): string {
  const programs = join(project, 'programs');
  mkdirSync(programs, { recursive: true });
  program(join(programs, 'rsync'), "echo 'rsync  version 3.2.7  protocol version 31'");
  return `${programs}:${process.env.PATH}`;
}

function program(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function spawnBootstrap(project: string, words: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [join(project, 'src/bootstrap.mjs'), ...words], {
    cwd: project,
    env: { ...process.env, INIT_CWD: project, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    // A session of its own has no terminal: signals come from us alone.
    detached: true,
  });
}

async function ended(child: ChildProcess): Promise<Ended> {
  const status = new Promise<number | null>((done) => child.once('close', done));
  const [stdout, stderr] = await Promise.all(
    [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')),
  );
  return { status: await status, stdout: stdout ?? '', stderr: stderr ?? '' };
}
