// How a mirror is, in the words of others: what mirror front ends and status collectors read already. Pure.

export interface MirrorFacts {
  readonly name: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly upstream: string;
  readonly bytes: number;
  /** Milliseconds since 1970, as all of these; null: never, or not known. */
  readonly lastSuccessAt: number | null;
  readonly lastStartedAt: number | null;
  readonly lastEndedAt: number | null;
  readonly nextAt: number | null;
  readonly state: 'none' | 'success' | 'failed' | 'syncing' | 'paused';
  /** When what `state` says began. */
  readonly since: number | null;
}

/** The list that a tunasync manager serves, of the one job that there is. */
export function tunasyncJobs(facts: MirrorFacts): unknown[] {
  return [
    {
      name: facts.name,
      is_master: true,
      status: facts.state,
      ...times('last_update', facts.lastSuccessAt),
      ...times('last_started', facts.lastStartedAt),
      ...times('last_ended', facts.lastEndedAt),
      ...times('next_schedule', facts.nextAt),
      upstream: facts.upstream,
      size: sizeWord(facts.bytes),
    },
  ];
}

/** mirrorz 1.7: one site with one mirror. */
export function mirrorzSite(facts: MirrorFacts): unknown {
  return {
    version: 1.7,
    site: { url: facts.url, abbr: abbreviate(facts.name), name: facts.name, homepage: `${facts.url}/-/` },
    info: [],
    mirrors: [
      {
        cname: 'maven',
        desc: 'Maven repository',
        url: '/',
        status: mirrorzStatus(facts),
        help: '/-/setup',
        upstream: facts.upstream,
        size: sizeWord(facts.bytes),
      },
    ],
  };
}

/** `S1795224600X1795226400O1795222800`: a letter for the state, and what of its times is known. */
function mirrorzStatus({ state, since, nextAt, lastSuccessAt }: MirrorFacts): string {
  const main = { none: 'U', success: 'S', failed: 'F', syncing: 'Y', paused: 'P' }[state];
  const part = (letter: string, at: number | null) => (at === null ? '' : `${letter}${seconds(at)}`);
  if (main === 'U') return main;
  const previous = main === 'S' ? '' : part('O', lastSuccessAt);
  return `${part(main, since) || main}${part('X', nextAt)}${previous}`;
}

/** tunasync's own way to say that there was none. */
const NEVER = { text: '0001-01-01 00:00:00 +0000', seconds: -62_135_596_800 };

function times(name: string, at: number | null): Record<string, unknown> {
  if (at === null) return { [name]: NEVER.text, [`${name}_ts`]: NEVER.seconds };
  const text = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} +0000`;
  return { [name]: text, [`${name}_ts`]: seconds(at) };
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}

/** `1.23T`, as these lists have sizes. */
function sizeWord(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? String(bytes) : `${value.toFixed(2)}${units[unit]}`;
}

function abbreviate(name: string): string {
  const letters = (name.split('.')[0] ?? '').replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  return letters === '' ? 'MIRROR' : letters.slice(0, 12);
}
