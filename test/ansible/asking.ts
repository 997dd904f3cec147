// A client of its own process: asks for one file over HTTPS without a pause until its standard input ends, then tells what became of it.
// asking.ts URL CA_FILE SHA256. A connection for each request, as the first request of a build has it: nothing is asked twice.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';

export interface Asked {
  readonly right: number;
  readonly faults: readonly string[];
  readonly slowestMs: number;
}

const CLIENTS = 4;
const PAUSE_MS = 20;
const PATIENCE_MS = 60_000;
const MOST_FAULTS = 20;

const [url = '', caFile = '', expected = ''] = process.argv.slice(2);
const faults: string[] = [];
let right = 0;
let slowestMs = 0;
let isOver = false;
process.stdin.resume();
process.stdin.once('end', () => {
  isOver = true;
});
await Promise.all(Array.from({ length: CLIENTS }, client));
process.stdout.write(`${JSON.stringify({ right, faults: faults.slice(0, MOST_FAULTS), slowestMs } satisfies Asked)}\n`);

async function client(): Promise<void> {
  const agent = new Agent({ ca: readFileSync(caFile), keepAlive: false });
  while (!isOver) {
    const begun = performance.now();
    const fault = await ask(agent).catch((error: Error) => error.message);
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - begun));
    if (fault === null) right += 1;
    else faults.push(`${new Date().toISOString()} ${fault}`);
    await wait(PAUSE_MS);
  }
}

function ask(agent: Agent): Promise<string | null> {
  return new Promise((done, fail) => {
    const asked = get(url, { agent, timeout: PATIENCE_MS }, (answer) => {
      const digest = createHash('sha256');
      answer.on('data', (chunk: Buffer) => digest.update(chunk));
      answer.once('error', fail);
      answer.once('end', () => {
        if (answer.statusCode !== 200) done(`status ${answer.statusCode}`);
        else done(digest.digest('hex') === expected ? null : 'other bytes');
      });
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer for a minute')));
    asked.once('error', fail);
  });
}
