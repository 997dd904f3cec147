// Real GnuPG in a home of its own, with a clock that the test sets: it makes keys and signatures of any date, and gpgv and sqv judge them.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './folder.ts';

/** `2020-01-01` or `2020-01-01T12:00:00`, UTC. */
export type Day = string;

export interface KeyOptions {
  /** As gpg names it: `rsa2048`, `dsa1024`, `ed25519`, `nistp256`, `brainpoolP256r1`. */
  readonly algorithm?: string;
  readonly at?: Day;
  /** `0` never, `1y`. */
  readonly expire?: string;
}

export interface Gpg {
  readonly folder: string;
  /** Makes a key that signs. Returns its fingerprint. */
  key(name: string, options?: KeyOptions): string;
  /** A subkey that signs. Returns its fingerprint. */
  subkey(fingerprint: string, options?: KeyOptions): string;
  /** A detached signature over `bytes`. `more`: further options of gpg. */
  sign(signer: string, bytes: string | Buffer, at: Day, ...more: string[]): Buffer;
  /** Of the reasons of RFC 9580, 5.2.3.31. */
  revoke(fingerprint: string, reason: 0 | 1 | 2 | 3, at: Day): void;
  /** The certificates of all keys, or of those named. */
  export(...fingerprints: string[]): Buffer;
  run(at: Day, args: readonly string[], input?: string | Buffer): Buffer;
}

export function openGpg(t: Pick<TestContext, 'after'>): Gpg {
  const folder = temporaryFolder(t);
  const home = join(folder, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  t.after(() => spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'], { timeout: 20_000 }));
  const run: Gpg['run'] = (at, args, input = '') => {
    const always = [
      '--homedir',
      home,
      '--batch',
      '--no-tty',
      '--yes',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
    ];
    const clock = ['--faked-system-time', `${compact(at)}!`];
    const done = spawnSync('gpg', [...always, ...clock, ...args], {
      input,
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    if (done.status !== 0) throw new Error(`gpg ${args.join(' ')}: ${done.stderr.toString()}`);
    return done.stdout;
  };
  const fingerprints = (of: string) =>
    [
      ...run('2026-01-01', ['--with-colons', '--with-subkey-fingerprint', '--list-keys', of])
        .toString()
        .matchAll(/^fpr:+([0-9A-F]+):/gm),
    ].map(([, fingerprint]) => fingerprint ?? '');
  return {
    folder,
    run,
    key(name, { algorithm = 'ed25519', at = '2020-01-01', expire = '0' } = {}) {
      run(at, ['--quick-gen-key', `${name} <${name}@example.org>`, algorithm, 'sign', expire]);
      return fingerprints(`${name}@example.org`)[0] ?? '';
    },
    subkey(fingerprint, { algorithm = 'ed25519', at = '2020-01-01', expire = '0' } = {}) {
      run(at, ['--quick-add-key', fingerprint, algorithm, 'sign', expire]);
      return fingerprints(fingerprint).at(-1) ?? '';
    },
    sign: (signer, bytes, at, ...more) => run(at, ['--local-user', signer, '--armor', ...more, '--detach-sign'], bytes),
    revoke(fingerprint, reason, at) {
      const answers = `y\n${reason}\n\ny\n`;
      const always = [
        '--homedir',
        home,
        '--no-tty',
        '--yes',
        '--command-fd',
        '0',
        '--status-fd',
        '2',
        '--pinentry-mode',
        'loopback',
        '--passphrase',
        '',
      ];
      const made = spawnSync(
        'gpg',
        [...always, '--faked-system-time', `${compact(at)}!`, '--gen-revoke', fingerprint],
        { input: answers, timeout: 60_000 },
      );
      if (made.status !== 0) throw new Error(`gpg --gen-revoke: ${made.stderr.toString()}`);
      run(at, ['--import'], made.stdout);
    },
    export: (...which) => run('2026-01-01', ['--export', ...which]),
  };
}

function compact(at: Day): string {
  const [day = '', time = '00:00:00'] = at.split('T');
  return `${day.replaceAll('-', '')}T${time.replaceAll(':', '')}`;
}

/** The words of gpgv's status lines, each once: what it exits with says little. */
export function gpgv(folder: string, keyring: Buffer, signature: Buffer, bytes: Buffer | string): string[] {
  const done = judge('gpgv', ['--status-fd', '1'], folder, keyring, signature, bytes);
  const words = [...done.stdout.toString().matchAll(/^\[GNUPG:\] (\w+)/gm)].map(([, word]) => word ?? '');
  const known = words.filter((word) =>
    /^(GOODSIG|BADSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|ERRSIG|NO_PUBKEY|NODATA)$/.test(word),
  );
  return [...new Set(known)];
}

/** Whether sqv takes it. */
export function sqv(folder: string, keyring: Buffer, signature: Buffer, bytes: Buffer | string): boolean {
  return judge('sqv', [], folder, keyring, signature, bytes).status === 0;
}

function judge(
  program: string,
  args: readonly string[],
  folder: string,
  keyring: Buffer,
  signature: Buffer,
  bytes: Buffer | string,
) {
  const [ring, asc, file] = ['ring.gpg', 'file.asc', 'file'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(ring, keyring);
  writeFileSync(asc, signature);
  writeFileSync(file, bytes);
  // Its own configuration would be read from the home of whoever runs the tests.
  const env = { PATH: process.env.PATH ?? '', GNUPGHOME: folder, LC_ALL: 'C' };
  return spawnSync(program, [...args, '--keyring', ring, asc, file], { env, timeout: 60_000 });
}

/** The packets in an armored block. */
export function unarmored(armor: Buffer | string): Buffer {
  const lines = armor.toString('latin1').split('\n');
  const body = lines.slice(lines.findIndex((line) => line.trim() === '') + 1);
  return Buffer.from(body.filter((line) => /^[A-Za-z0-9+/]/.test(line)).join(''), 'base64');
}

/** With its check sum, without which gpgv takes the last line for more of the same; or with another one. */
export function armored(packets: Buffer, checksum = `=${crc24(packets).toString('base64')}`): Buffer {
  const body = packets.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return Buffer.from(`-----BEGIN PGP SIGNATURE-----\n\n${body}\n${checksum}\n-----END PGP SIGNATURE-----\n`);
}

/** RFC 9580, 6.1.1, bit by bit. */
function crc24(bytes: Buffer): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x800000 ? ((crc << 1) ^ 0x1864cfb) & 0xffffff : crc << 1;
  }
  const sum = Buffer.alloc(3);
  sum.writeUIntBE(crc, 0, 3);
  return sum;
}
