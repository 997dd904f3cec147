import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { needs } from './needs.ts';

test('what is missing skips the test by name, with the line that installs it', (t) => {
  const skipped: string[] = [];
  withEnvironment(t, { PATH: '', ASSAY_TEST_STRICT: '' });

  const there = needs(stubContext(skipped), 'wrk', 'faketime');

  assert.equal(there, false);
  assert.deepEqual(skipped, ['needs wrk, faketime: apt-get install wrk faketime']);
});

test('under ASSAY_TEST_STRICT=1 what is missing fails the test', (t) => {
  withEnvironment(t, { PATH: '', ASSAY_TEST_STRICT: '1' });

  assert.throws(() => needs(stubContext([]), 'wrk'), /needs wrk: apt-get install wrk/);
});

function stubContext(skipped: string[]): TestContext {
  const context: Pick<TestContext, 'skip'> = { skip: (message) => void skipped.push(message ?? '') };
  return context as TestContext;
}

/** The list of missing packages that the runner prints must not name what is missing on purpose. */
function withEnvironment(t: TestContext, values: Record<string, string>): void {
  const before = { ...process.env };
  delete process.env.ASSAY_TEST_MISSING;
  Object.assign(process.env, values);
  t.after(() => Object.assign(process.env, before));
}
