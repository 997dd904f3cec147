import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { runChild } from '../../host/child.ts';
import { SECOND } from '../../host/clock.ts';
import { type Check, fault, good, unknown, warning } from './symptom.ts';

/** What travels from the origin, and whether somebody on the wire could change it. */
export function wireCheck(url: string, protection: 'ssh' | 'https' | 'confirmed' | 'none'): Check {
  return {
    name: 'wire',
    look() {
      if (protection === 'ssh') return [good(`${url} comes through ssh, with a pinned host key.`)];
      if (protection === 'https') return [good(`${url} comes through TLS.`)];
      if (protection === 'confirmed')
        return [
          good(`${url} can be altered on the wire; new releases are confirmed over HTTPS before they are published.`),
        ];
      return [
        warning(
          `${url} can be altered on the wire, sums and all, and nothing would show.`,
          'Set source.confirm to an HTTPS address of the origin, or use source.ssh.',
        ),
      ];
    },
  };
}

export interface RsyncAddress {
  readonly url: string;
  /** Handed to rsync through the environment, never on its command line. */
  readonly password: string | null;
}

const DEADLINE_MS = 30 * SECOND;

/** Asks an rsync daemon for the names at the top of the module: that it answers, knows the module, and lets us in. */
export function rsyncAnswersCheck({ url, password }: RsyncAddress): Check {
  return {
    name: 'source',
    async look(signal) {
      const empty = mkdtempSync(`${tmpdir()}/assay-doctor-`);
      const env = {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        LC_ALL: 'C',
        ...(password === null ? {} : { RSYNC_PASSWORD: password }),
      };
      try {
        const args = ['--no-motd', '--contimeout=10', '--timeout=20', '--dirs', '--dry-run', url, `${empty}/`];
        const exit = await runChild({ command: 'rsync', args, env, deadlineMs: DEADLINE_MS }, signal);
        if (exit.kind === 'exited' && exit.status === 0) return [good(`${url} answers.`)];
        const words = exit.stderr.split('\n')[0] || exit.kind;
        return [
          fault(
            `${url} does not answer as it should: ${words}`,
            'Everything published stays served. Look at source.url and the credentials.',
          ),
        ];
      } finally {
        rmSync(empty, { recursive: true, force: true });
      }
    },
  };
}

/** Of HTTP and S3: that somebody answers there. `ask` gives the status, or why there is none. */
export function answersCheck(name: string, url: string, ask: (signal: AbortSignal) => Promise<number | string>): Check {
  return {
    name,
    async look(signal) {
      const answer = await ask(signal);
      if (typeof answer === 'string')
        return [
          fault(
            `${url} does not answer: ${answer}`,
            'Everything published stays served. Look at the address, and at the network.',
          ),
        ];
      if (answer >= 500)
        return [warning(`${url} answers ${answer}.`, 'Its maintainers may know; everything published stays served.')];
      // A bucket that is not for everybody says 403 to a question without a signature.
      return answer >= 400 && answer !== 403
        ? [unknown(`${url} answers ${answer} to a HEAD.`)]
        : [good(`${url} answers.`)];
    },
  };
}
