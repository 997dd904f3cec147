// What listens beside HTTPS: it sends people to the pages there, and answers for certbot. No file is served or redirected: a build tool that is
// set to plain HTTP must be told, not carried along by whoever sits on the wire.

import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { join } from 'node:path';
import { systemCode } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import type { Answer } from './answer.ts';
import { problemAnswer } from './problem.ts';
import { failed, readOnly } from './refusal.ts';
import { shownTarget } from './request-path.ts';
import { send } from './send.ts';
import type { Receive } from './site.ts';

export interface RedirectOptions {
  /** Where clients go that name no host. */
  readonly name: string;
  /** Of the HTTPS listener. */
  readonly port: number;
  /** Web root of the ACME client: it lays its answers below `.well-known/acme-challenge/`, each a file named by its token. */
  readonly challenges: string;
  readonly deployAt: string | null;
}

export function makeRedirect(options: RedirectOptions, logger: Logger, receive: Receive): RequestListener {
  return (request, response) => {
    const { connection, end } = receive(request, response, 'redirect');
    const put = async (answer: Answer) => {
      const { status, bytes } = await send(answer, response, connection);
      end(status, bytes);
    };
    redirect(request, options, logger)
      .then(put)
      .catch(async (error: unknown) => {
        logger.error({ err: error }, 'request failed');
        if (response.headersSent) response.destroy();
        else await put(failed(request.method ?? '', shownTarget(request.url ?? '')));
      });
  };
}

/** RFC 8555 8.3; a token is base64url. */
const CHALLENGE = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]{1,128})$/;

async function redirect(request: IncomingMessage, options: RedirectOptions, logger: Logger): Promise<Answer> {
  const method = request.method ?? '';
  const shown = shownTarget(request.url ?? '');
  if (method !== 'GET' && method !== 'HEAD') return readOnly(method, shown, options.deployAt);
  const token = CHALLENGE.exec(shown)?.[1];
  if (token !== undefined)
    return answerChallenge(method, shown, join(options.challenges, '.well-known/acme-challenge', token), logger);
  const base = `https://${hostOf(request, options)}`;
  if (!isPage(request, shown)) return useHttps(method, shown, base);
  const headers = { location: base + shown, 'cache-control': 'no-store', 'content-length': '0' };
  return { status: 301, headers, body: null };
}

/** What a person looks at. A target that is no path is nobody's page. */
function isPage(request: IncomingMessage, shown: string): boolean {
  if (!/^\/[\x21-\x7e]*$/.test(shown)) return false;
  return shown.endsWith('/') || shown.startsWith('/-/') || /\btext\/html\b/.test(request.headers.accept ?? '');
}

function useHttps(method: string, instance: string, base: string): Answer {
  return problemAnswer(method, {
    status: 403,
    type: 'use-https',
    title: 'Use HTTPS',
    detail: `Files are served over HTTPS alone, at ${base}/: set your build tool to that address.`,
    instance,
    reason: 'Use HTTPS',
  });
}

async function answerChallenge(method: string, instance: string, file: string, logger: Logger): Promise<Answer> {
  try {
    const body = await readFile(file);
    const headers = {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'content-length': String(body.length),
    };
    return { status: 200, headers, body: method === 'HEAD' ? null : body };
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT') logger.warn({ path: file, code }, 'ACME challenge cannot be read');
    return problemAnswer(method, { status: 404, detail: 'There is no such challenge.', instance });
  }
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\[[0-9a-f:.]+\])$/i;

/** The name under which the client knows us, where it is a name at all. */
function hostOf(request: IncomingMessage, { name, port }: RedirectOptions): string {
  const asked = (request.headers.host ?? '').replace(/:\d*$/, '');
  const host = HOST.test(asked) ? asked.toLowerCase() : name;
  return port === 443 ? host : `${host}:${port}`;
}
