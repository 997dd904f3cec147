// Certificates are renewed by others, who may tell nobody: their files are looked at from time to time.

import { statSync } from 'node:fs';
import { SECOND } from '../../host/clock.ts';
import { systemCode } from '../../host/error.ts';
import type { TlsFiles } from './certificate.ts';

const LOOK_EVERY_MS = 10 * SECOND;

/**
 * Calls `onChange` when one of the files is another than before, also behind a symbolic link that was turned. Certificate and key are renewed
 * one after the other: while `onChange` says that they do not fit, it is called again at every look.
 */
export function watchCertificates(
  files: TlsFiles,
  onChange: () => 'fits' | 'does-not-fit',
  everyMs: number = LOOK_EVERY_MS,
): { stop(): void } {
  const paths = [files, ...files.also].flatMap(({ certificate, key }) => [certificate, key]);
  let before = paths.map(stateOf).join();
  const timer = setInterval(() => {
    const now = paths.map(stateOf).join();
    if (now !== before && onChange() === 'fits') before = now;
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function stateOf(path: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
    return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    // In the middle of a replacement.
    return systemCode(error) ?? 'unknown';
  }
}
