// A build while the origin is down: real tools, an assay mirror that is restarted in the middle, exactly the files that `assay client-config`
// writes, and nobody who would answer for an origin.

import assert from 'node:assert/strict';
import { after, describe, type TestContext, test } from 'node:test';
import { copyDebian } from '../support/debian-repository.ts';
import { startFront, startNowhere } from '../support/front.ts';
import { needs } from '../support/needs.ts';
import { fillWithOddities } from './client-artifacts.ts';
import { type Builder, CLOJURE_JAR, gradleBuilder, leinBuilder, mavenBuilder } from './client-tools.ts';
import { type ClientWorld, published, sharedWorld } from './client-world.ts';
import { findMaven } from './maven.ts';

const { world: theWorld, end } = sharedWorld((mirror) => {
  copyDebian(mirror.origin.folder);
  fillWithOddities(mirror);
});

describe('a build while the origin is down', () => {
  after(end);

  for (const version of ['debian', '3.9.9', '4.0.0-rc-4']) {
    describe(`Maven ${version}`, () => {
      test('builds and deploys through a mirror that is restarted in the middle, and asks no origin', async (t) => {
        const program = readyMaven(t, version);
        if (program === null) return;
        const world = await theWorld();
        const origin = await startNowhere(t);
        const builder = mavenBuilder(t, world, program, origin.url);
        await seenOutside(t, world, builder, 'compile');
        const asked = world.outside.asked.length;
        await builder.set('--mode', 'outage', '--mirror', world.http, '--repository', 'clojars,central');

        const compiled = await builder.build('compile');
        await world.restart();
        const deployed = await builder.build('deploy');

        assert.equal(compiled.status, 0, compiled.output);
        assert.equal(deployed.status, 0, deployed.output);
        assert.deepEqual(builder.local(CLOJURE_JAR), published(world, CLOJURE_JAR));
        assert.deepEqual(world.outside.asked.slice(asked), []);
        const uploads = origin.asked.filter(({ method }) => method === 'PUT').map(({ path }) => path);
        assert.ok(uploads.includes('org/example/tried/1.0/tried-1.0.jar'), uploads.join(' '));
        assert.ok(uploads.every((path) => path.startsWith('org/example/tried/')));
      });

      test('fails with its checksum error where one byte was changed on the way, and goes round a mirror that dies', async (t) => {
        const program = readyMaven(t, version);
        if (program === null) return;
        const world = await theWorld();
        const builder = mavenBuilder(t, world, program, 'http://127.0.0.1:9/');

        const { refused, alone, pair } = await mishaps(t, world, builder, 'http', ['compile']);

        assert.notEqual(refused.status, 0, refused.output);
        assert.match(refused.output, /Checksum validation failed/);
        assert.notEqual(alone.status, 0, alone.output);
        assert.match(alone.output, /Could not transfer artifact/);
        assert.equal(pair.status, 0, pair.output);
        assert.deepEqual(builder.local(CLOJURE_JAR), published(world, CLOJURE_JAR));
      });
    });
  }

  describe('Leiningen', () => {
    test('builds, runs and deploys through a mirror that is restarted in the middle, and asks no origin', async (t) => {
      if (!needs(t, 'rsync', 'mvn', 'maven-repo', 'lein')) return;
      const world = await theWorld();
      const origin = await startNowhere(t, world.tls);
      const builder = leinBuilder(t, world);
      await seenOutside(t, world, builder, 'deps');
      const asked = world.outside.asked.length;
      await builder.set(
        '--mode',
        'outage',
        '--mirror',
        world.https,
        '--repository',
        'clojars',
        '--repository',
        'central',
      );

      const fetched = await builder.build('deps');
      await world.restart();
      const ran = await builder.build('run');
      await builder.build('jar');
      await builder.build('pom');
      const deployed = await builder.build(
        ...['deploy', origin.url, 'org.example/tried', '1.0', 'target/tried-1.0.jar', 'pom.xml'],
      );

      assert.equal(fetched.status, 0, fetched.output);
      assert.equal(ran.status, 0, ran.output);
      assert.match(ran.output, /built with 1\.11\.1/);
      assert.equal(deployed.status, 0, deployed.output);
      assert.deepEqual(builder.local(CLOJURE_JAR), published(world, CLOJURE_JAR));
      assert.deepEqual(world.outside.asked.slice(asked), []);
      assert.ok(
        origin.asked.some(({ method, path }) => method === 'PUT' && path === 'org/example/tried/1.0/tried-1.0.jar'),
      );
    });

    test('fails with its checksum error where one byte was changed on the way, and goes round a mirror that dies', async (t) => {
      if (!needs(t, 'rsync', 'mvn', 'maven-repo', 'lein')) return;
      const world = await theWorld();
      const builder = leinBuilder(t, world);

      const { refused, alone, pair } = await mishaps(t, world, builder, 'https', ['deps']);

      assert.notEqual(refused.status, 0, refused.output);
      assert.match(refused.output, /Checksum validation failed/);
      assert.notEqual(alone.status, 0, alone.output);
      assert.match(alone.output, /Could not transfer artifact/);
      assert.equal(pair.status, 0, pair.output);
      assert.deepEqual(builder.local(CLOJURE_JAR), published(world, CLOJURE_JAR));
    });

    test('with the origin behind the mirror asks that only where the mirror does not answer', async (t) => {
      if (!needs(t, 'rsync', 'mvn', 'maven-repo', 'lein')) return;
      const world = await theWorld();
      const builder = leinBuilder(t, world);
      const dying = await startFront(t, { tls: world.tls, to: world.http });
      await builder.set('--mode', 'prefer', '--mirror', dying.url, '--repository', 'clojars,central');
      const before = world.outside.asked.length;

      const fetched = await builder.build('deps');
      const between = world.outside.asked.length;
      builder.forget();
      await dying.stop();
      await builder.build('deps');

      assert.equal(fetched.status, 0, fetched.output);
      assert.equal(between - before, 0);
      const hosts = new Set(world.outside.asked.slice(between).map(({ path }) => path));
      assert.ok(hosts.has('repo.maven.apache.org:443'), [...hosts].join(' '));
    });
  });

  describe('Gradle', () => {
    test('does not see a byte that was changed, and fails where its only mirror dies', async (t) => {
      if (!needs(t, 'rsync', 'mvn', 'maven-repo', 'gradle')) return;
      const world = await theWorld();
      const builder = gradleBuilder(t, world);

      const { refused: unseen, alone } = await mishaps(t, world, builder, 'http', ['tried']);

      assert.equal(unseen.status, 0, unseen.output);
      assert.notEqual(alone.status, 0, alone.output);
      assert.match(alone.output, /Could not (GET|HEAD|resolve)/);
    });

    test('resolves through a mirror, takes the next one where the first does not answer, and asks no origin', async (t) => {
      if (!needs(t, 'rsync', 'mvn', 'maven-repo', 'gradle')) return;
      const world = await theWorld();
      const builder = gradleBuilder(t, world);
      await seenOutside(t, world, builder, 'tried');
      const asked = world.outside.asked.length;
      const dead = await startNowhere(t);
      await dead.stop();
      await builder.set(
        '--mode',
        'outage',
        '--mirror',
        dead.url,
        '--mirror',
        world.http,
        '--repository',
        'clojars,central',
      );

      const resolved = await builder.build('tried');

      assert.equal(resolved.status, 0, resolved.output);
      assert.match(resolved.output, /has clojure-1\.11\.1\.jar/);
      assert.deepEqual(world.outside.asked.slice(asked), []);
    });
  });
});

/** The control: with settings for another repository the same build does leave this machine, and that is seen. */
async function seenOutside(t: TestContext, world: ClientWorld, builder: Builder, goal: string): Promise<void> {
  const before = world.outside.asked.length;
  const nobody = await startNowhere(t, world.tls);
  await builder.set('--mode', 'outage', '--mirror', nobody.url, '--repository', 'elsewhere');
  const { status, output } = await builder.build(goal);
  assert.notEqual(status, 0, output);
  assert.ok(world.outside.asked.length > before, output);
  builder.forget();
}

interface Mishaps {
  /** One byte of a jar was changed on its way. */
  readonly refused: Awaited<ReturnType<Builder['build']>>;
  /** The only mirror died after some answers. */
  readonly alone: Awaited<ReturnType<Builder['build']>>;
  /** The first of two did. */
  readonly pair: Awaited<ReturnType<Builder['build']>>;
}

async function mishaps(
  t: TestContext,
  world: ClientWorld,
  builder: Builder,
  scheme: 'http' | 'https',
  goals: readonly string[],
): Promise<Mishaps> {
  const tls = scheme === 'https' ? { tls: world.tls } : {};
  const standsFor = ['--mode', 'outage', '--repository', 'clojars,central'];
  const altered = await startFront(t, {
    ...tls,
    to: world.http,
    alter: (path, body) => (path === CLOJURE_JAR && body.length > 0 ? withOneByteChanged(body) : body),
  });
  await builder.set(...standsFor, '--mirror', altered.url);
  const refused = await builder.build(...goals);
  builder.forget();
  const first = await startFront(t, { ...tls, to: world.http, diesAfter: 3 });
  await builder.set(...standsFor, '--mirror', first.url);
  const alone = await builder.build(...goals);
  builder.forget();
  const second = await startFront(t, { ...tls, to: world.http, diesAfter: 3 });
  await builder.set(...standsFor, '--mirror', second.url, '--mirror', world[scheme]);
  const pair = await builder.build(...goals);
  return { refused, alone, pair };
}

function withOneByteChanged(body: Buffer): Buffer {
  const changed = Buffer.from(body);
  changed.writeUInt8(changed.readUInt8(100) ^ 1, 100);
  return changed;
}

function readyMaven(t: TestContext, version: string): string | null {
  return needs(t, 'maven-repo', 'maven-plugins', 'javac') ? findMaven(t, version) : null;
}
