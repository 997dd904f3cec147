// Whether a container can be booted here. What is tried is what the test of the playbook does, with nothing but `/usr` in it, which takes a moment.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Words of `unshare`: network, mounts and processes of its own, which all go with the one process outside. */
export const ALONE = ['--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
const TRIAL = `for link in bin lib lib64 sbin; do ln -s usr/$link "$1/$link"; done
  ip link set lo up && mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd && exec systemd-nspawn --quiet --directory="$1" --register=no --keep-unit --bind-ro=/usr --console=pipe /usr/bin/true`;

let reason: string | null | undefined;

/** Null when it can; else the last line of what was said about it. */
export function whyNoContainer(): string | null {
  reason ??= tryContainer();
  return reason;
}

function tryContainer(): string | null {
  if (process.getuid?.() !== 0) return 'only root can boot a container';
  const tree = mkdtempSync(join(realpathSync(tmpdir()), 'assay-container-'));
  try {
    for (const folder of ['usr', 'etc', 'root']) mkdirSync(join(tree, folder));
    copyFileSync('/etc/os-release', join(tree, 'etc/os-release'));
    const { status, stderr, error } = spawnSync('unshare', [...ALONE, 'sh', '-c', TRIAL, 'sh', tree], {
      env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    if (status === 0) return null;
    return error?.message ?? (stderr.trim().split('\n').at(-1) || `status ${status}`);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}
