// What somebody wants of a build tool: which mirrors stand for which repositories, and whether the origin stays behind them.

export const TOOLS = ['maven', 'leiningen', 'deps', 'gradle', 'boot'] as const;

export type Tool = (typeof TOOLS)[number];

export interface Wish {
  /** Base URLs with a slash at the end, the preferred one first. */
  readonly mirrors: readonly [string, ...string[]];
  readonly repositories: readonly [Repository, ...Repository[]];
  /** `prefer`: the mirrors first, the origin behind them, where the tool can. `outage`: the mirrors alone. */
  readonly mode: 'prefer' | 'outage';
  /** PEM file of a private certificate authority, as the tool is to find it. */
  readonly certificateFile: string | null;
}

export interface Repository {
  /** What build files call it: the first is the tools' own name. */
  readonly ids: readonly [string, ...string[]];
  /** Null where only its name is known: then nothing can stay behind the mirrors. */
  readonly origin: string | null;
  /** Matches its whole address, written as JavaScript, Java and Groovy all read it. Null where no address is known. */
  readonly address: string | null;
  readonly snapshots: boolean;
}

/** What a person said. */
export interface Request {
  readonly mirrors: readonly string[];
  /** `clojars`, `central`, another ID, or `ID=URL`. */
  readonly repositories: readonly string[];
  readonly mode: Wish['mode'];
  readonly certificateFile: string | null;
}

export interface WishFault {
  readonly kind: 'fault';
  readonly sentence: string;
  readonly remedy: string;
}

export type ReadWish = { readonly kind: 'wish'; readonly wish: Wish } | WishFault;

const CLOJARS: Repository = {
  ids: ['clojars', 'clojars.org'],
  origin: 'https://repo.clojars.org/',
  address: 'https?://(?:repo\\.)?clojars\\.org(?:/repo)?/?',
  snapshots: true,
};

const CENTRAL: Repository = {
  ids: ['central'],
  origin: 'https://repo.maven.apache.org/maven2/',
  address: 'https?://(?:repo1\\.maven\\.org|repo\\.maven\\.apache\\.org)/maven2/?',
  snapshots: false,
};

const KNOWN: readonly Repository[] = [CLOJARS, CENTRAL];
const ID = /^[A-Za-z0-9][\w .-]{0,99}$/;
const MOST_MIRRORS = 8;
const MOST_REPOSITORIES = 16;

/** Reads what was said; the first fault is told, with what would do. */
export function readWish(request: Request): ReadWish {
  const mirrors: string[] = [];
  for (const text of request.mirrors) {
    const read = readAddress(text);
    if (typeof read !== 'string') return read;
    if (!mirrors.includes(read)) mirrors.push(read);
  }
  const repositories: Repository[] = [];
  for (const text of request.repositories) {
    const read = readRepository(text);
    if ('kind' in read) return read;
    if (!repositories.some(({ ids }) => ids[0] === read.ids[0])) repositories.push(read);
  }
  const [mirror, ...more] = mirrors;
  const [repository, ...others] = repositories;
  if (mirror === undefined) return fault('No mirror is given.', 'Give one with --mirror https://mirror.example.org/.');
  if (repository === undefined) return fault('No repository is given.', 'Give one with --repository clojars.');
  if (mirrors.length > MOST_MIRRORS) return fault('Too many mirrors.', `At most ${MOST_MIRRORS}.`);
  if (repositories.length > MOST_REPOSITORIES) return fault('Too many repositories.', `At most ${MOST_REPOSITORIES}.`);
  const { mode, certificateFile } = request;
  if (certificateFile !== null && !PRINTABLE.test(certificateFile)) {
    return fault(
      `${shown(certificateFile)} is no path that a settings file can hold.`,
      'Give one in plain ASCII, without quotes, colons and angle brackets.',
    );
  }
  return {
    kind: 'wish',
    wish: { mirrors: [mirror, ...more], repositories: [repository, ...others], mode, certificateFile },
  };
}

/** What every one of the files can hold as it is. */
const PRINTABLE = /^[ !#-%(-9;=?-[\]-~]+$/;

/** Anybody's build file may name it otherwise: then its ID is given, and its address where the origin is to stay behind the mirrors. */
function readRepository(text: string): Repository | WishFault {
  const at = text.indexOf('=');
  const id = at === -1 ? text : text.slice(0, at);
  if (!ID.test(id)) {
    return fault(
      `${shown(text)} is no repository.`,
      'Expected clojars, central, the ID that a build file has, or ID=URL.',
    );
  }
  const known = KNOWN.find(({ ids }) => ids.includes(id));
  if (at === -1) return known ?? { ids: [id], origin: null, address: null, snapshots: true };
  const origin = readAddress(text.slice(at + 1));
  if (typeof origin !== 'string') return origin;
  const address = `${escaped(origin.slice(0, -1))}/?`;
  return { ids: known?.ids ?? [id], origin, address, snapshots: known?.snapshots ?? true };
}

function readAddress(text: string): string | WishFault {
  const expected = 'Expected a base URL such as https://mirror.example.org/.';
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    return fault(`${shown(text)} is no address of a repository.`, expected);
  }
  if (url.username !== '' || url.password !== '') {
    return fault(
      'A password does not belong into an address.',
      `${expected} Credentials have a place of their own in each tool.`,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return fault(`${shown(text)} is plain HTTP, which build tools refuse.`, 'Give the https:// address of the mirror.');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(host);
}

/** Where Maven and Gradle take plain HTTP: by just these two names of this machine. Maven would block any other, and go on to the origin. */
export function isTakenPlain(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost';
}

/** What Maven and Gradle object to. */
export function plainElsewhere(tool: string, { mirrors }: Wish): WishFault | null {
  const refused = mirrors.find((mirror) => isPlain(mirror) && !isTakenPlain(new URL(mirror).hostname));
  if (refused === undefined) return null;
  return fault(
    `${tool} takes plain HTTP from 127.0.0.1 and localhost alone.`,
    `Give the https:// address of ${refused}`,
  );
}

export function isPlain(address: string): boolean {
  return address.startsWith('http:');
}

/** For a regular expression that matches just this text. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Matches the whole name or the whole address of a repository. */
export function patternOf({ ids, address }: Repository): string {
  return [...ids.map(escaped), ...(address === null ? [] : [address])].join('|');
}

/** Where a tool looks for a repository, in this order. The first has the repository's own name, so that what is in local caches stays good. */
export interface Stop {
  readonly id: string;
  readonly url: string;
}

export function stopsOf(wish: Wish, { ids, origin }: Repository): readonly [Stop, ...Stop[]] {
  const [first, ...more] = wish.mirrors;
  const behind = wish.mode === 'prefer' && origin !== null ? [{ id: `${ids[0]}-origin`, url: origin }] : [];
  return [{ id: ids[0], url: first }, ...more.map((url, index) => ({ id: `${ids[0]}-${index + 2}`, url })), ...behind];
}

export function fault(sentence: string, remedy: string): WishFault {
  return { kind: 'fault', sentence, remedy };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
