// A mirror of a page, so that the story can be tested for what it says of a mirror that is not as it should be. It takes the origin's folder as
// it lies on disk and serves over real HTTPS.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Judged, OpenMirror, PassReport } from '../../src/demo/mirror.ts';
import type { Keyset } from '../../src/mirror/verify/key/keyset.ts';
import { judged, keysetFrom } from '../mirror/verify/signature/judged.ts';
import { unarmored } from '../support/gpg.ts';

export type Character =
  /** Does what a mirror must. */
  | 'honest'
  /** Believes the origin in everything. */
  | 'credulous'
  /** Honest, and refuses something that is in order. */
  | 'jumpy';

type Tree = Map<string, Buffer>;

export function standInMirror(character: Character, address: string): OpenMirror {
  return async ({ configFile }) => {
    const home = dirname(configFile);
    const served: Tree = new Map();
    const withheld = new Map<string, string>();
    const server = createServer(
      { cert: readFileSync(join(home, 'certificate.pem')), key: readFileSync(join(home, 'key.pem')) },
      (request, response) => {
        const path = decodeURIComponent((request.url ?? '').slice(1));
        const bytes = served.get(path);
        const verdict = withheld.get(path);
        if (bytes !== undefined) response.end(bytes);
        else response.writeHead(verdict === undefined ? 404 : 403, verdict).end();
      },
    );
    await listen(server, address);
    return {
      https: `https://${address}:${(server.address() as AddressInfo).port}/`,
      http: null,
      sync: async () =>
        pass(readTree(join(home, 'origin')), served, withheld, character, readKeys(join(home, 'keyring'))),
      push: null,
      report: null,
      crawl: null,
      pages: null,
      stop: () => close(server),
    };
  };
}

function readKeys(folder: string): Keyset {
  return keysetFrom(
    Buffer.concat(readdirSync(folder).map((name) => unarmored(readFileSync(join(folder, name))))),
    Date.now(),
  );
}

function pass(
  origin: Tree,
  served: Tree,
  withheld: Map<string, string>,
  character: Character,
  keys: Keyset,
): PassReport {
  const before = new Map(served);
  const verdicts = character === 'credulous' ? [] : judge(origin, before, keys);
  const isHeld = (path: string) => verdicts.some((line) => path === line.path || sidecarOf(path) === line.path);
  for (const [path, bytes] of origin) if (!isHeld(path)) served.set(path, bytes);
  for (const { path, verdict } of verdicts) if (!served.has(path)) withheld.set(path, verdict);
  const rejected = verdicts.filter(({ verdict }) => verdict !== 'incomplete-version');
  if (character === 'jumpy') rejected.push({ path: 'a/b/1.0/b-1.0.jar', verdict: 'too-large' });
  const added = served.size - before.size;
  const changed = [...served].filter(([path, bytes]) => before.get(path)?.equals(bytes) === false).length;
  const deferred = verdicts.filter(({ verdict }) => verdict === 'incomplete-version');
  const accepted = added + changed;
  const counts = { generation: 1, listed: origin.size, added, changed, removed: 0, accepted };
  return { ...counts, rejected, deferred, bytes_fetched: 1, seconds: 0.1 };
}

function judge(origin: Tree, before: Tree, keys: Keyset): Judged[] {
  const isSummed = (path: string) => path.endsWith('.jar') || path.endsWith('.pom');
  const rejected = [...origin].flatMap(([path, bytes]): Judged[] => {
    if (!isSummed(path)) return [];
    const kept = before.get(path);
    if (kept !== undefined && !kept.equals(bytes)) return [{ path, verdict: 'immutable-changed' }];
    const sum = createHash('sha1').update(bytes).digest('hex');
    if (origin.get(`${path}.sha1`)?.toString().startsWith(sum) !== true)
      return [{ path, verdict: 'checksum-mismatch' }];
    const asc = kept === undefined ? origin.get(`${path}.asc`) : undefined;
    return asc === undefined || judged(asc, bytes, keys, Date.now()).class !== 'bad'
      ? []
      : [{ path, verdict: 'signature-bad' }];
  });
  const broken = rejected.filter(({ verdict }) => verdict !== 'immutable-changed').map(({ path }) => dirname(path));
  const unit = [...origin.keys()].filter((path) => broken.includes(dirname(path)));
  const waiting = unit.filter((path) => !rejected.some((line) => line.path === path));
  const folders = new Set([...origin.keys()].map(dirname).filter((folder) => !broken.includes(folder)));
  const ahead = [...origin.keys()].filter((path) => path.endsWith('/maven-metadata.xml'));
  const held = ahead.filter((path) =>
    namedVersions(origin.get(path)).some((name) => !folders.has(`${dirname(path)}/${name}`)),
  );
  return [...rejected, ...[...waiting, ...held].map((path) => ({ path, verdict: 'incomplete-version' }))];
}

function namedVersions(metadata: Buffer | undefined): string[] {
  const text = metadata?.toString() ?? '';
  return text.includes('<versions>')
    ? [...text.matchAll(/<version>(.*)<\/version>/g)].map((match) => match[1] ?? '')
    : [];
}

/** `a-1.0.jar` of `a-1.0.jar.sha1`. */
function sidecarOf(path: string): string {
  return path.replace(/\.(md5|sha1|sha256|sha512)$/, '');
}

function readTree(folder: string): Tree {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((file) => [file.slice(folder.length + 1), readFileSync(file)]));
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
