// Takes the lock named by its argument, says so, and holds it until it is killed.

import { systemClock } from '../../src/host/clock.ts';
import { takeLock } from '../../src/host/lock.ts';

await takeLock(process.argv[2] ?? '', 'sync', 0, systemClock, new AbortController().signal);
process.stdout.write('held\n');
process.stdin.resume();
