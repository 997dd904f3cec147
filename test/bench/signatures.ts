// Verdicts on detached signatures, one thread: ours (which makes the gate's sums in the same read) beside openpgp.js alone, gpgv and sqv with a
// process for each file, and beside the gate's own hashing, per second of processor. Bytes, certificates and signatures are in memory for the first two, on disk for the others.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config, createMessage, readKey, readSignature, verify } from 'openpgp';
import { DAY, SECOND } from '../../src/host/clock.ts';
import { judgeCertificate } from '../../src/mirror/verify/key/certificate.ts';
import { type Keyset, keysetOf } from '../../src/mirror/verify/key/keyset.ts';
import { transferredIn } from '../../src/mirror/verify/key/transferable.ts';
import { startFeed } from '../../src/mirror/verify/signature/feed.ts';
import { judgeSignatures } from '../../src/mirror/verify/signature/judgement.ts';
import { type KnownKeys, knownKeys } from '../../src/mirror/verify/signature/known-keys.ts';
import { readSignatureFile } from '../../src/mirror/verify/signature/signature-file.ts';
import { armored } from '../support/gpg.ts';
import { type Kind, makeCertificate, makeKey, makeSignature, packet } from '../support/openpgp-maker.ts';
import type { Figure } from './figure.ts';
import type { BenchOptions } from './options.ts';

const KINDS: readonly Kind[] = ['rsa2048', 'rsa4096', 'ed25519', 'dsa2048'];
const KIB = 1024;
/** Each peer works so long in a round. */
const ROUND_SECONDS = 1;
const FILES = 50;
const SUMS = ['sha256', 'sha1'];
const ALL_SUMS = [...SUMS, 'md5', 'sha512'];

interface Case {
  readonly name: string;
  readonly hash: 'sha256' | 'sha512';
  readonly files: readonly { readonly bytes: Buffer; readonly asc: Buffer }[];
  readonly certificate: Buffer;
  readonly keyset: Keyset;
  readonly known: KnownKeys;
}

export async function measureSignatures(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const kind of KINDS) {
    for (const [size, hash] of [
      [10 * KIB, 'sha512'],
      [KIB * KIB, 'sha512'],
      [KIB * KIB, 'sha256'],
    ] as const) {
      const each = makeCase(kind, size, hash);
      const peers = peersOf(each, home, hash === 'sha512');
      const rates = new Map<string, number[]>(Object.keys(peers).map((name) => [name, []]));
      for (let run = 0; run < options.runs; run += 1) {
        for (const [name, once] of Object.entries(peers)) {
          signal.throwIfAborted();
          rates.get(name)?.push(await rateOf(once));
        }
      }
      const of = (name: string) => rates.get(name) ?? [];
      const figure = (peer: string, aim: number | null): Figure => ({
        ...{ work: `${each.name}, beside ${peer}`, unit: '/s', ours: of('ours'), base: of(peer), aim },
      });
      tell(
        `${each.name}: ${[...rates].map(([name, all]) => `${name} ${all.map((n) => n.toFixed(0)).join(' ')}`).join(', ')} a second`,
      );
      for (const peer of Object.keys(peers)) {
        if (peer === 'ours') continue;
        const isHashing = peer.includes('sums');
        // Fewer than so many a second would be more than 1.3 times the time.
        const aim = isHashing ? (size > 10 * KIB ? 1 / 1.3 : null) : 1;
        figures.push(
          isHashing && peer === 'all four sums'
            ? { ...figure(peer, aim), ours: of('ours, with all four sums') }
            : figure(peer, aim),
        );
      }
    }
  }
  return figures.filter(({ work }) => !work.includes('beside ours'));
}

function makeCase(kind: Kind, size: number, hash: Case['hash']): Case {
  const created = Math.floor((Date.now() - 100 * DAY) / SECOND);
  const key = makeKey(kind, created);
  const certificate = makeCertificate(key, created);
  const keys = transferredIn(certificate).keys.map((each) => judgeCertificate(each, created + 1000));
  const files = Array.from({ length: FILES }, (_, index) => {
    const bytes = Buffer.alloc(size, `file ${index} `);
    return { bytes, asc: armored(packet(2, makeSignature(key, bytes, { created: created + 100, hash }))) };
  });
  const keyset = keysetOf(keys);
  const name = `${kind} ${hash}, ${size < KIB * KIB ? '10 KB' : '1 MB'}`;
  return { name, hash, files, certificate, keyset, known: knownKeys(keys.flatMap((each) => each.keys)) };
}

/** One verdict on the file with this number. */
type Once = (index: number) => Promise<void> | void;

function peersOf(each: Case, home: string, withOthers: boolean): Record<string, Once> {
  const sums =
    (names: readonly string[]): Once =>
    (index) => {
      const feed = startFeed(names, [], each.known);
      feed.update(fileAt(each, index).bytes);
      for (const name of names) feed.digest(name);
    };
  return {
    ours: ours(each, SUMS),
    ...(withOthers ? { 'openpgp.js': openpgpAlone(each), ...processes(each, home) } : {}),
    'the sums alone': sums(SUMS),
    'ours, with all four sums': ours(each, ALL_SUMS),
    'all four sums': sums(ALL_SUMS),
  };
}

function fileAt({ files }: Case, index: number): Case['files'][number] {
  const file = files[index % files.length];
  if (file === undefined) throw new Error('no files');
  return file;
}

function ours(each: Case, names: readonly string[]): Once {
  const now = Date.now();
  const judges = { keyset: each.keyset, keysmap: null, signers: null };
  return (index) => {
    const { bytes, asc } = fileAt(each, index);
    const feed = startFeed(names, [readSignatureFile('g/a/1/a-1.jar.asc', asc)], each.known);
    feed.update(bytes);
    for (const name of names) feed.digest(name);
    assertGood(judgeSignatures(feed.finish(), null, judges, now).class === 'good', each);
  };
}

function openpgpAlone(each: Case): Once {
  const none = new Set<never>();
  const relaxed = {
    ...config,
    rejectPublicKeyAlgorithms: none,
    rejectHashAlgorithms: none,
    rejectMessageHashAlgorithms: none,
  };
  const key = readKey({ binaryKey: each.certificate, config: relaxed });
  return async (index) => {
    const { bytes, asc } = fileAt(each, index);
    const { signatures } = await verify({
      message: await createMessage({ binary: bytes }),
      signature: await readSignature({ armoredSignature: asc.toString() }),
      verificationKeys: await key,
      format: 'binary',
      config: relaxed,
    });
    assertGood((await signatures[0]?.verified) === true, each);
  };
}

function processes(each: Case, home: string): Record<string, Once> {
  const folder = join(home, each.name.replace(/\W+/g, '-'));
  mkdirSync(folder, { recursive: true });
  const ring = join(folder, 'ring.gpg');
  writeFileSync(ring, each.certificate);
  for (const [index, { bytes, asc }] of each.files.entries()) {
    writeFileSync(join(folder, `${index}`), bytes);
    writeFileSync(join(folder, `${index}.asc`), asc);
  }
  const run =
    (program: string): Once =>
    (index) => {
      const file = join(folder, `${index % each.files.length}`);
      const env = { PATH: process.env.PATH ?? '', GNUPGHOME: folder };
      const done = spawnSync(program, ['--keyring', ring, `${file}.asc`, file], { env });
      // sqv takes no DSA any more: its answer costs as much.
      assertGood(done.status === 0 || program === 'sqv', each);
    };
  return { gpgv: run('gpgv'), sqv: run('sqv') };
}

function assertGood(isGood: boolean, { name }: Case): void {
  if (!isGood) throw new Error(`a good signature was not found good: ${name}`);
}

/** A second of processor, of ours and of the children that have ended: others may be busy on this machine, too. */
async function rateOf(once: Once): Promise<number> {
  for (let index = 0; index < 3; index += 1) await once(index);
  const begun = processorSeconds();
  let count = 0;
  let spent = 0;
  while (spent < ROUND_SECONDS) {
    await once(count);
    count += 1;
    if (count % 8 === 0) spent = processorSeconds() - begun;
  }
  return count / spent;
}

/** utime, stime, cutime and cstime of proc(5), in ticks of 10 ms. */
function processorSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
