import { randomInt } from 'node:crypto';

/** The seed of this run: another one each time, so that many runs see many moments; the same again with ASSAY_TEST_SEED. */
export function seedOfRun(): number {
  const given = process.env.ASSAY_TEST_SEED;
  return given === undefined ? randomInt(2 ** 31) : Number(given);
}
