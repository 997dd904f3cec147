import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { CodedError } from '../../src/host/error.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { type Job, startTimetable, type Timetable } from '../../src/schedule/timetable.ts';
import { type HandClock, handClock } from '../support/hand-clock.ts';

const EVERY_SECOND = '* * * * * *';
const NEXT_YEAR = '0 0 1 1 *';

interface Bench {
  readonly clock: HandClock;
  readonly lines: Record<string, unknown>[];
  readonly controller: AbortController;
  start(job: Partial<Job>): Timetable;
  startAll(jobs: readonly Partial<Job>[]): Timetable;
}

function bench(t: TestContext): Bench {
  const clock = handClock();
  const lines: Record<string, unknown>[] = [];
  const controller = new AbortController();
  const logger = makeLogger('debug', { write: (line: string) => lines.push(JSON.parse(line)) });
  const whole = { name: 'pass', cron: NEXT_YEAR, jitterMs: 0, atStart: false, work: async () => undefined };
  const startAll = (jobs: readonly Partial<Job>[]) => {
    const timetable = startTimetable(
      jobs.map((job) => ({ ...whole, ...job })),
      { clock, logger },
      controller.signal,
    );
    t.after(() => timetable.stop());
    return timetable;
  };
  return { clock, lines, controller, start: (job) => startAll([job]), startAll };
}

test('a job starts on its schedule, and never two of it at once', async (t) => {
  const { start } = bench(t);
  const events = new EventTarget();
  let begun = 0;
  let finish = () => {};
  start({
    cron: EVERY_SECOND,
    work: () => {
      begun += 1;
      events.dispatchEvent(new Event('begun'));
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
  });

  await once(events, 'begun');
  await new Promise((resolve) => setTimeout(resolve, 2200));

  assert.equal(begun, 1);
  const again = once(events, 'begun');
  finish();
  await again;
  assert.equal(begun, 2);
  finish();
});

test('a job that is not due does nothing, and nobody follows it', async (t) => {
  const { startAll } = bench(t);
  const events: string[] = [];
  let asked = 0;
  await new Promise<void>((resolve) =>
    startAll([
      {
        name: 'first',
        cron: EVERY_SECOND,
        isDue: () => {
          asked += 1;
          return asked === 2;
        },
        work: async () => void events.push(`first, asked ${asked} times`),
      },
      {
        name: 'second',
        after: ['first'],
        work: async () => {
          events.push('second');
          resolve();
        },
      },
    ]),
  );

  assert.deepEqual(events, ['first, asked 2 times', 'second']);
});

test('a job that is wanted at the start does not wait for its time', async (t) => {
  const { start } = bench(t);

  await new Promise<void>((resolve) => start({ atStart: true, jitterMs: 60_000, work: async () => resolve() }));
});

test('jitter is slept on the clock, and a stop ends it without the work', async (t) => {
  const { start, clock, lines } = bench(t);
  let begun = 0;
  const work = async () => {
    begun += 1;
  };
  const timetable = start({ cron: EVERY_SECOND, jitterMs: 1e12, work });
  for (let tries = 0; clock.sleeping() === 0 && tries < 300; tries += 1) await new Promise((r) => setTimeout(r, 10));
  assert.equal(clock.sleeping(), 1);

  await timetable.stop();

  assert.equal(begun, 0);
  assert.equal(clock.sleeping(), 0);
  assert.deepEqual(
    lines.filter((line) => line.level !== 20),
    [],
  );
});

test('a job that fails is told with its code and remedy, and its next time comes', async (t) => {
  const { start, lines } = bench(t);
  let begun = 0;

  await new Promise<void>((resolve) => {
    start({
      cron: EVERY_SECOND,
      work: async () => {
        begun += 1;
        if (begun === 2) resolve();
        throw new CodedError('no-headroom', 'The disk is full.', { remedy: 'Make room.' });
      },
    });
  });

  const [told] = lines.filter((line) => line.level === 50);
  assert.equal(told?.job, 'pass');
  assert.equal(told?.code, 'no-headroom');
  assert.equal(told?.remedy, 'Make room.');
});

test('a stop waits for the job that runs, and nothing starts after it', async (t) => {
  const { start } = bench(t);
  let finish = () => {};
  let isDone = false;
  const timetable = start({
    atStart: true,
    work: () =>
      new Promise((resolve) => {
        finish = () => {
          isDone = true;
          resolve();
        };
      }),
  });

  const stopped = timetable.stop();
  finish();
  await stopped;

  assert.equal(isDone, true);
});

test('what fails because it was stopped is no failure', async (t) => {
  const { start, lines, controller } = bench(t);
  const timetable = start({
    atStart: true,
    work: async () => {
      controller.abort();
      throw new Error('stopped in the middle');
    },
  });

  await timetable.stop();

  assert.deepEqual(
    lines.filter((line) => line.level === 50),
    [],
  );
});

test('a job follows each good end of the one that it names, also one that comes while it runs', async (t) => {
  const { startAll } = bench(t);
  let pushes = 0;
  let finishFirst = () => {};
  const second = Promise.withResolvers<void>();

  startAll([
    { name: 'pass', cron: EVERY_SECOND },
    {
      name: 'push',
      cron: null,
      after: ['pass'],
      work: () => {
        pushes += 1;
        if (pushes === 2) second.resolve();
        return pushes === 1 ? new Promise((resolve) => (finishFirst = resolve)) : Promise.resolve();
      },
    },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 2300));

  assert.equal(pushes, 1);
  finishFirst();
  await second.promise;
});

test('nothing follows a job that failed', async (t) => {
  const { startAll } = bench(t);
  let pushes = 0;
  const failed = Promise.withResolvers<void>();

  const timetable = startAll([
    {
      atStart: true,
      work: async () => {
        failed.resolve();
        throw new Error('no listing');
      },
    },
    {
      name: 'push',
      cron: null,
      after: ['pass'],
      work: async () => {
        pushes += 1;
      },
    },
  ]);
  await failed.promise;
  await timetable.stop();

  assert.equal(pushes, 0);
});
