// What the mirror tells its primary, against what we asked the mirror for ourselves: we know of every request.

import { SECOND } from '../host/clock.ts';
import type { DemoMirror, DemoPrimary } from './mirror.ts';

export interface DemoReport {
  readonly primary: string;
  readonly reports: number;
  /** Downloads, as the primary counts them. */
  readonly counted: number;
  /** Jars that we got from the mirror, each answered 200. */
  readonly asked: number;
  readonly mirrors: DemoPrimary['mirrors'];
  readonly seconds: number;
}

/** Null where the mirror reports to nobody. The primary goes on until `keep` stops it. */
export async function reportToPrimary(
  mirror: DemoMirror,
  caFile: string,
  asked: number,
  keep: (primary: DemoPrimary) => void,
  signal: AbortSignal,
): Promise<DemoReport | null> {
  if (mirror.report === null) return null;
  const begun = performance.now();
  const primary = await mirror.report(caFile, signal);
  keep(primary);
  const { url, reports, downloads, mirrors } = primary;
  return {
    ...{ primary: url, reports, counted: downloads, asked },
    mirrors: mirrors.map(({ name, healthy }) => ({ name, healthy })),
    seconds: Math.round(performance.now() - begun) / SECOND,
  };
}
