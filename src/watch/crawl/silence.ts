// A mirror that does not answer, or we who are not heard: asked once more, and control references beside it.

import { HOUR } from '../../host/clock.ts';
import type { HttpClient } from '../../host/http.ts';
import { type Judgement, judge } from './judge.ts';
import { type Probe, type ProbeRequest, probe } from './probe.ts';
import type { Host, RoundOptions, RoundRoom } from './room.ts';
import type { Sight } from './sight.ts';

export type Silence =
  | { readonly kind: 'answers' }
  /** Nobody answers us, or our clock is wrong: nothing is held against the mirror. */
  | { readonly kind: 'ours'; readonly why: string }
  | { readonly kind: 'theirs'; readonly judgement: Judgement; readonly probe: Probe };

const CONTROLS = 3;

export async function judgeSilence(
  silence: Sight,
  host: Host,
  options: RoundOptions,
  room: RoundRoom,
  signal: AbortSignal,
): Promise<Silence> {
  const { http, clock } = room;
  await clock.sleep(options.pauseMs, signal);
  const again = await probe(host, head(silence.expected.path), http, options.vantage, signal);
  if (again.observation.kind === 'answered') return { kind: 'answers' };
  const others = options.known.filter(({ name, url }) => name !== host.name && hostOf(url) !== hostOf(host.url));
  const heard = await askControls(others.slice(0, CONTROLS), http, options.vantage, signal);
  if (heard.length === 0 && others.length > 0) {
    return { kind: 'ours', why: 'None of the others that were asked beside it answers either.' };
  }
  const judgement = judge({
    expected: silence.expected,
    observation: again.observation,
    circumstances: { role: host.role, isWanted: true, isUpdating: false, ...NO_TIMES },
    around: {},
  });
  const now = clock.now();
  if (judgement.verdict === 'bad-certificate' && heard.some((date) => Math.abs(date - now) > HOUR)) {
    return { kind: 'ours', why: 'The clock of this machine differs from that of others.' };
  }
  return { kind: 'theirs', judgement, probe: again };
}

/** Silence is judged without a look at any clock. */
const NO_TIMES = { asOf: 0, upSince: 0, lagMs: 0, freshAt: 0 } as const;

function head(path: string): ProbeRequest {
  return { path, method: 'HEAD', sizeBytes: 0, keep: false, digests: [], isFresh: true };
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** The times that those which answer say it is; now where one does not say. Any answer will do. */
async function askControls(
  controls: readonly Host[],
  http: HttpClient,
  vantage: string,
  signal: AbortSignal,
): Promise<number[]> {
  const asked = await Promise.all(controls.map((control) => probe(control, head(''), http, vantage, signal)));
  return asked.flatMap(({ outcome }) => {
    if (outcome.kind === 'failure') return [];
    const date = Date.parse(outcome.headers.date ?? '');
    return [Number.isNaN(date) ? outcome.endedAt : date];
  });
}
