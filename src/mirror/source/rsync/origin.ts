// Where the origin is, taken apart once: rsync decodes nothing in its URLs, so neither does this.

import { CodedError } from '../../../host/error.ts';

export interface Origin {
  /** `daemon`: rsync's own protocol, through ssh too when ssh is set up; `shell`: ssh to a folder. */
  readonly kind: 'daemon' | 'shell';
  readonly user: string | null;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number | null;
  /** Module and folder below it, or the folder; always with a slash at its end. */
  readonly path: string;
  /** For people: no password. */
  readonly url: string;
}

const SHAPE = /^(rsync|ssh):\/\/(?:([^@/:]+)(:[^@/]*)?@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/(.*)$/;

/** `rsync://[USER@]HOST[:PORT]/MODULE[/FOLDER]/` or `ssh://[USER@]HOST[:PORT]/FOLDER/`. Throws `source-url-wrong`. */
export function parseOrigin(url: string): Origin {
  const [, scheme, user, password, host = '', port, path = ''] = SHAPE.exec(url) ?? [];
  if (scheme === undefined || host.startsWith('-') || hasControl(path) || path.replaceAll('/', '') === '')
    throw wrong();
  if (password !== undefined) throw wrong('A password does not belong into a URL: use source.password_file.');
  const folder = path.replace(/\/*$/, '/');
  const kind = scheme === 'ssh' ? 'shell' : 'daemon';
  return {
    kind,
    user: user ?? null,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? null : Number(port),
    path: kind === 'shell' ? `/${folder}` : folder.replace(/^\/+/, ''),
    url: `${scheme}://${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}/${folder}`,
  };
}

function hasControl(text: string): boolean {
  return [...text].some((letter) => letter < ' ' || letter === '\x7f');
}

function wrong(remedy = 'Write it as rsync://HOST/MODULE/ or ssh://HOST/FOLDER/.'): CodedError {
  // The URL itself is not in the sentence: it may hold a password.
  return new CodedError('source-url-wrong', 'The URL of the source is not one that rsync can use.', { remedy });
}
