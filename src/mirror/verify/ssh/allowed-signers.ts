// The file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS): who may sign, with which key, for what, and when.

import { createHash } from 'node:crypto';
import { sshFingerprint } from './ssh-signature.ts';

export interface AllowedSigners {
  /** Changes with the file's bytes. Lower-case hex. */
  readonly version: string;
  readonly lines: number;
  readonly faults: readonly { readonly line: number; readonly why: string }[];
  /** Lines for this key, named as `SHA256:...`. */
  of(fingerprint: string): readonly AllowedSigner[];
}

export interface AllowedSigner {
  readonly principals: string;
  /** Null: for files, which is what is asked here. */
  readonly namespaces: readonly string[] | null;
  /** Epoch milliseconds. */
  readonly validAfter: number | null;
  readonly validBefore: number | null;
}

const KEY_TYPE = /^(sk-)?(ssh|ecdsa)-[a-z0-9@.-]+$/;
const TOKEN = /(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g;
const TIME = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/i;

export function parseAllowedSigners(text: string): AllowedSigners {
  const byKey = new Map<string, AllowedSigner[]>();
  const faults: { line: number; why: string }[] = [];
  let lines = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const read = readLine(line.match(TOKEN) ?? []);
    if (typeof read === 'string') {
      faults.push({ line: index + 1, why: read });
      continue;
    }
    lines += 1;
    byKey.set(read.fingerprint, [...(byKey.get(read.fingerprint) ?? []), read.signer]);
  }
  const version = createHash('sha256').update(text).digest('hex');
  return { version, lines, faults, of: (fingerprint) => byKey.get(fingerprint) ?? [] };
}

/** Or why it is none. */
function readLine(tokens: readonly string[]): { fingerprint: string; signer: AllowedSigner } | string {
  const [principals, ...rest] = tokens;
  const at = rest.findIndex((token) => KEY_TYPE.test(token));
  const key = rest[at + 1];
  if (principals === undefined || at < 0 || at > 1 || key === undefined)
    return 'it has not the form PRINCIPALS [OPTIONS] TYPE KEY';
  const blob = Buffer.from(key, 'base64');
  if (blob.length < 20) return 'its key is no base64';
  const options = at === 1 ? readOptions(rest[0] ?? '') : { namespaces: null, validAfter: null, validBefore: null };
  if (typeof options === 'string') return options;
  return { fingerprint: sshFingerprint(blob), signer: { principals: unquoted(principals), ...options } };
}

function readOptions(text: string): Omit<AllowedSigner, 'principals'> | string {
  const options = {
    namespaces: null as string[] | null,
    validAfter: null as number | null,
    validBefore: null as number | null,
  };
  for (const option of text.match(/[a-z-]+(?:="(?:[^"\\]|\\.)*")?/gi) ?? []) {
    const [name = '', quoted = ''] = option.split(/=(.*)/s);
    const value = unquoted(quoted);
    switch (name.toLowerCase()) {
      case 'namespaces':
        options.namespaces = value.split(',').map((each) => each.trim());
        break;
      case 'valid-after':
      case 'valid-before': {
        const time = timeOf(value);
        if (time === null) return `${value} is no time`;
        options[name.toLowerCase() === 'valid-after' ? 'validAfter' : 'validBefore'] = time;
        break;
      }
      case 'cert-authority':
        return 'certificates of SSH are not read here';
      default:
        return `the option ${name} is not known here`;
    }
  }
  return options;
}

/** Without a zone in the local one, says ssh-keygen; a mirror has none but UTC. */
function timeOf(text: string): number | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = TIME.exec(text) ?? [];
  if (year === undefined) return null;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

function unquoted(text: string): string {
  return text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}
