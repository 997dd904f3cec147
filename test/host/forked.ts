// What `fork.test.ts` starts: does as its task says.

import { asForked } from '../../src/host/fork.ts';

const forked = asForked();
const task = await forked.task;

if (task === 'die') process.exit(3);
forked.ready({ heard: task });
if (task === 'stubborn') {
  setInterval(() => undefined, 1000);
} else {
  const alive = setInterval(() => undefined, 1000);
  forked.signal.addEventListener('abort', () => {
    clearInterval(alive);
    process.exitCode = 0;
    if (process.connected) process.disconnect();
  });
}
