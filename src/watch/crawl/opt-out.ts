import type { Courteous } from './courtesy.ts';

/** RFC 8615: at the root of the host, wherever on it the repository lies. */
const OPT_OUT = '.well-known/assay-opt-out';
const OPT_OUT_BYTES = 4096;

/** Whether a mirror may be visited: it may not when it serves the opt-out file. A web page there, with 200, is what some servers say to everything. */
export async function mayVisit(url: string, mirror: Pick<Courteous, 'askAt'>, signal: AbortSignal): Promise<boolean> {
  const asked = await mirror.askAt(
    new URL('/', url).href,
    { path: OPT_OUT, method: 'GET', sizeBytes: OPT_OUT_BYTES, keep: false, digests: [], isFresh: false },
    signal,
  );
  const { observation } = asked;
  if (observation.kind === 'unanswered' || observation.status !== 200) return true;
  return observation.proof === null || observation.proof.isPage || observation.proof.end !== 'whole';
}
