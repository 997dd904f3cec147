import { readFileSync } from 'node:fs';
import { systemCode } from '../../../host/error.ts';

export type Token =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'later'; readonly reason: string };

/** Read each time: a token that was changed is taken up. A file that cannot be used is put right by people, and the purge still wanted then. */
export function readToken(path: string): Token {
  try {
    const token = readFileSync(path, 'utf8').trim();
    if (/^[\x21-\x7e]{1,4096}$/.test(token)) return { kind: 'token', token };
    return { kind: 'later', reason: `the token file ${path} does not hold one token` };
  } catch (error) {
    return { kind: 'later', reason: `the token file ${path} cannot be read (${systemCode(error) ?? 'unknown'})` };
  }
}
