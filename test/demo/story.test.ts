import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { ownLoopbackAddress } from '../../src/demo/loopback.ts';
import { type DemoOptions, type DemoResult, type OpenMirror, tellDemo } from '../../src/demo/story.ts';
import { type Clock, systemClock } from '../../src/host/clock.ts';
import { CodedError } from '../../src/host/error.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { standInMirror } from './stand-in-mirror.ts';

const address = ownLoopbackAddress(process.pid);
/** Sleeps of twenty seconds are over at once. */
const PASSING_AT_ONCE: Clock = { now: systemClock.now, sleep: async () => undefined };
const VERDICTS = ['accepted', 'checksum-mismatch', 'immutable-changed', 'incomplete-version', 'signature-bad'];

describe('the demo', () => {
  test('finds what it planted and nothing else, with a mirror that does what it must', async (t) => {
    if (!needs(t, 'rsync')) return;
    const stage = setStage(t);

    const result = await stage.tell(standInMirror('honest', address));

    assert.deepEqual(result.missed, []);
    assert.deepEqual(result.unexpected, []);
    assert.deepEqual(result.wrong_answers, []);
    assert.deepEqual(result.found.map(({ verdict }) => verdict).toSorted(), VERDICTS);
    assert.equal(result.clean, true);
    assert.match(stage.out(), /Planted 5, found 5, and nothing besides\./);
    assert.equal(stage.err(), '');
  });

  test('says which verdicts a mirror that believes everything has missed', async (t) => {
    if (!needs(t, 'rsync')) return;
    const stage = setStage(t);

    const result = await stage.tell(standInMirror('credulous', address));

    assert.deepEqual(result.missed.map(({ verdict }) => verdict).toSorted(), VERDICTS.slice(1));
    assert.ok(result.wrong_answers.length > 3);
    assert.equal(result.clean, false);
    assert.match(stage.out(), /MISSED: immutable-changed/);
  });

  test('says what a mirror refused that was in order', async (t) => {
    if (!needs(t, 'rsync')) return;
    const stage = setStage(t);

    const result = await stage.tell(standInMirror('jumpy', address));

    assert.deepEqual(result.unexpected, [{ path: 'a/b/1.0/b-1.0.jar', verdict: 'too-large' }]);
    assert.equal(result.clean, false);
  });

  test('with --json writes nothing to standard output itself', async (t) => {
    if (!needs(t, 'rsync')) return;
    const stage = setStage(t);

    await stage.tell(standInMirror('honest', address), { json: true });

    assert.equal(stage.out(), '');
    assert.match(stage.err(), /THE MORNING/);
  });

  test('leaves no file, whether it was told to its end or not', async (t) => {
    if (!needs(t, 'rsync')) return;
    const stage = setStage(t);
    const broken: OpenMirror = async () => {
      throw new CodedError('listen-failed', 'Could not listen.');
    };

    await stage.tell(standInMirror('honest', address));
    await assert.rejects(stage.tell(broken), { code: 'listen-failed' });

    assert.deepEqual(readdirSync(stage.temporary), []);
  });

  test('ends at once and cleans up when it is stopped in the middle', async (t) => {
    if (!needs(t, 'rsync')) return;
    const stage = setStage(t);
    const stop = new AbortController();
    const mirror = standInMirror('honest', address);
    const stoppedInPass: OpenMirror = async (request, signal) => {
      const opened = await mirror(request, signal);
      return {
        ...opened,
        sync: (within) => {
          stop.abort();
          within.throwIfAborted();
          return opened.sync(within);
        },
      };
    };

    await assert.rejects(stage.tell(stoppedInPass, {}, stop.signal), { name: 'AbortError' });

    assert.deepEqual(readdirSync(stage.temporary), []);
  });

  test('stays up until it is stopped, and speaks only when a pass found something', async (t) => {
    if (!needs(t, 'rsync')) return;
    const stage = setStage(t);
    const stop = new AbortController();
    let passes = 0;
    const mirror = standInMirror('honest', address);
    const counting: OpenMirror = async (request, signal) => {
      const opened = await mirror(request, signal);
      const sync = async () => {
        passes += 1;
        if (passes === 4) throw new Error('the origin is down');
        if (passes === 6) stop.abort();
        return opened.sync(signal);
      };
      return { ...opened, sync };
    };

    const result = await stage.tell(counting, { once: false }, stop.signal, PASSING_AT_ONCE);

    const later = stage.out().split('Ctrl-C ends it')[1] ?? '';
    assert.equal(result.clean, true);
    assert.equal(later.match(/a pass could not be made: the origin is down/g)?.length, 1);
    assert.doesNotMatch(later, /a pass: /);
    assert.match(stage.out(), /curl --cacert .*\/ca\.pem https:.*maven-metadata\.xml/);
    assert.match(stage.out(), /npm start -- quarantine list --config .*assay\.yaml/);
    assert.match(later, /Ended: .* is removed\./);
    assert.deepEqual(readdirSync(stage.temporary), []);
  });
});

interface TestStage {
  /** What `os.tmpdir()` is for the demo. */
  readonly temporary: string;
  out(): string;
  err(): string;
  tell(
    openMirror: OpenMirror,
    options?: Partial<DemoOptions>,
    signal?: AbortSignal,
    clock?: Clock,
  ): Promise<DemoResult>;
}

function setStage(t: TestContext): TestStage {
  const temporary = temporaryFolder(t);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isTerminal: false,
  };
  return {
    temporary,
    out: () => out,
    err: () => err,
    tell: (openMirror, options = {}, signal = new AbortController().signal, clock = systemClock) =>
      tellDemo({ once: true, json: false, artifacts: 24, address, ...options }, { io, clock, openMirror }, signal),
  };
}
