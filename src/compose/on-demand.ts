import type { Config } from '../config/schema.ts';

/** Whether a source is asked for a file only when a client asks for it. */
export function isOnDemand({ kind, mode }: Config['source'][number]): boolean {
  return kind === 'http' && mode === 'on-demand';
}
