// Forms of text that several sections share, each with the words that a fault shows when the text has another form.

import { validate } from 'node-cron';
import { z } from 'zod';
import { globFault } from '../maven/glob.ts';
import { parseListen } from './address.ts';
import { parseHours } from './hours.ts';

export const filePath = () =>
  z.string().refine((path) => path.startsWith('/'), { error: 'an absolute path, such as "/etc/assay/..."' });

export const cron = () => z.string().refine(isCron, { error: 'five cron fields in UTC, such as "*/30 * * * *"' });

export const hours = () =>
  z.string().refine((text) => parseHours(text) !== null, { error: 'two times of day in UTC, such as "22:00-06:00"' });

export const listen = () =>
  z.string().refine((text) => parseListen(text) !== null, {
    error: 'an address and a port, such as "[::]:443" or "127.0.0.1:8080"',
  });

export const network = () =>
  z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: 'an IP address or a network, such as "10.0.0.0/8"',
  });

export const globs = () =>
  z.array(
    z.string().superRefine((glob, context) => {
      const fault = globFault(glob);
      if (fault !== null) context.addIssue({ code: 'custom', message: `a repository path glob (${fault})` });
    }),
  );

export const httpsUrl = () => url(['https:'], 'an https:// URL');
export const webUrl = () => url(['https:', 'http:'], 'an https:// or http:// URL');

export function url(schemes: readonly string[], expected: string) {
  return z.string().refine((text) => schemes.includes(schemeOf(text) ?? ''), { error: expected });
}

/** `rsync:`, or null when the text is no absolute URL with a host. */
export function schemeOf(text: string): string | null {
  const parsed = URL.parse(text);
  return parsed === null || parsed.host === '' ? null : parsed.protocol;
}

export const mailAddress = () => z.string().regex(/^[^\s@]+@[^\s@]+$/, { error: 'a mail address' });

/** Names that stand in file names, in URLs and in metrics. */
export const shortName = () =>
  z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/, {
    error: 'letters, digits, dots, dashes and underscores, such as "mirror.example.org"',
  });

/** The raw 32 bytes of an Ed25519 public key. */
export const publicKey = () =>
  z.string().regex(/^[A-Za-z0-9+/]{43}=$/, { error: 'base64 of the 32 bytes of an Ed25519 public key' });

/** Any number from 0 up, fractions too. */
export const amount = () => z.number().min(0);
export const count = () => z.int().min(0);

function isCron(text: string): boolean {
  return text.trim().split(/\s+/).length === 5 && validate(text);
}
