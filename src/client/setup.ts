// `/-/setup`: settings for every build tool, to be copied from a page or fetched as a file.

import { type Route, type RouteAnswer, type RouteRequest, refusalAnswer } from '../host/route.ts';
import { TOOLS } from './settings/wish.ts';
import { addressOf, type ListedMirror, type SetupContent, setupContent } from './setup/content.ts';
import { setupBody } from './setup/page.ts';

export type { ListedMirror, SetupContent } from './setup/content.ts';
export { setupContent } from './setup/content.ts';

export interface SetupOptions {
  /** This installation, and where it is found when a client's own words do not say. */
  readonly name: string;
  readonly isTls: boolean;
  /** The other mirrors of the world, the best first. */
  listed(): readonly ListedMirror[];
  /** A page of ours around `body`, which is markup. */
  framed(request: RouteRequest, title: string, body: string): RouteAnswer;
}

const COMMON = { method: 'GET', weight: 'page', maxBodyBytes: 0 } as const;
const CACHING = 'public, max-age=60';

export function setupRoutes(options: SetupOptions): Route[] {
  return [
    {
      ...COMMON,
      path: '/-/setup',
      answer: (request) =>
        options.framed(request, `Build with ${options.name}`, setupBody(contentOf(request, options))),
    },
    { ...COMMON, path: '/-/setup/:tool', answer: (request) => fileAnswer(request, contentOf(request, options)) },
  ];
}

function contentOf({ headers, query }: RouteRequest, { name, isTls, listed }: SetupOptions): SetupContent {
  const url = addressOf(headers.host, isTls) ?? addressOf(name, true) ?? 'https://localhost/';
  return setupContent({ name, url, country: null }, listed(), query);
}

function fileAnswer(request: RouteRequest, { files }: SetupContent): RouteAnswer {
  const file = files.find(({ tool }) => tool === request.params.tool)?.file;
  if (file === undefined) {
    return refusalAnswer(request, { status: 404, type: 'no-such-tool', detail: `Known tools: ${TOOLS.join(', ')}.` });
  }
  if (file.kind === 'fault') {
    return refusalAnswer(request, {
      status: 404,
      type: 'not-for-this-tool',
      detail: `${file.sentence} ${file.remedy}`,
    });
  }
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': CACHING,
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: Buffer.from(file.text, 'utf8') };
}
