import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { it } from 'node:test';
import { systemClock } from '../../../src/host/clock.ts';
import { seedOfRun } from '../../support/seed.ts';
import { faultOf, fuzzBytes, sendFuzz } from './fuzz.ts';
import { POM } from './planted.ts';
import { POM_PATH } from './request-row.ts';
import { serve } from './running.ts';
import { ask } from './wire.ts';

const REQUESTS = 3000;
const AT_A_TIME = 16;

it('whatever comes in place of a request is answered as HTTP or cut, never with a failure; the server goes on and keeps nothing open', async (t) => {
  const seed = seedOfRun();
  t.diagnostic(`ASSAY_TEST_SEED=${seed}`);
  const { server, planted } = await serve(t);
  const filesBefore = readdirSync('/proc/self/fd').length;
  const faults: string[] = [];
  let next = 0;

  const work = async () => {
    for (let number = next++; number < REQUESTS; number = next++) {
      const fault = faultOf(await sendFuzz(server.port, fuzzBytes(seed, number)));
      if (fault !== null) faults.push(`fuzz ${number} of seed ${seed}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));

  assert.deepEqual(faults, []);
  assert.ok((await ask(server.url, 'GET', POM_PATH)).body.equals(POM));
  assert.deepEqual(
    planted.logged.filter((line) => Number(line.level) >= 50),
    [],
  );
  for (let tries = 0; tries < 200 && readdirSync('/proc/self/fd').length > filesBefore; tries += 1) {
    await systemClock.sleep(50, AbortSignal.timeout(1000));
  }
  assert.ok(readdirSync('/proc/self/fd').length <= filesBefore);
});
