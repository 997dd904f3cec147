import { linesOf } from './program.ts';
import { type Check, fault, good, unknown, warning } from './symptom.ts';

/** The oldest that is known to do what a pass asks of it, and the oldest that does so fast. */
const OLDEST = [3, 2, 0];
const FAST = [3, 2, 5];

export function rsyncCheck(): Check {
  return {
    name: 'rsync',
    async look(signal) {
      const lines = await linesOf('rsync', ['--version'], signal);
      if (lines === null) return [fault('There is no rsync that runs.', 'apt-get install rsync')];
      const version = /version v?(\d+(?:\.\d+)*)/.exec(lines[0] ?? '')?.[1];
      if (version === undefined) return [unknown(`rsync says ${JSON.stringify(lines[0] ?? '')}.`)];
      if (isOlder(version, OLDEST)) return [fault(`rsync is ${version}; 3.2 is needed.`, 'Install a newer rsync.')];
      if (isOlder(version, FAST))
        return [
          warning(
            `rsync is ${version}: before 3.2.5 large lists of names take it very long.`,
            'Install a newer rsync.',
          ),
        ];
      return [good(`rsync ${version}.`)];
    },
  };
}

/** Handed in: how a source would run its child here. */
export function confinementCheck(detect: (signal: AbortSignal) => Promise<'bubblewrap' | 'none'>): Check {
  return {
    name: 'confinement',
    async look(signal) {
      if ((await detect(signal)) === 'bubblewrap')
        return [good('The rsync child sees staging and nothing else of ours.')];
      return [
        warning(
          'The rsync child, which talks to strangers, runs with all rights of this user.',
          'apt-get install bubblewrap. Under systemd also install assay.service.d/confine-rsync.conf.',
        ),
      ];
    },
  };
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of than.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
