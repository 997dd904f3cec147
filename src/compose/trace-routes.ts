// How fresh the tree is, for programs that check mirrors: what a pass writes into the tree, at addresses of our own as well.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { systemCode } from '../host/error.ts';
import { jsonAnswer, type Route, type RouteAnswer } from '../host/route.ts';
import { foldersOf } from './folders.ts';

const CACHING = 'public, max-age=60';

export function traceRoutes(config: Config): Route[] {
  const folder = join(foldersOf(config.data).published, '.meta', 'assay');
  const common = { method: 'GET', weight: 'vital', maxBodyBytes: 0 } as const;
  return [
    { ...common, path: '/-/epoch', answer: () => textOf(join(folder, 'epoch')) },
    {
      ...common,
      path: '/-/trace/:name',
      // As on Debian's mirrors each trace has the name of the machine that wrote it; what is asked for is compared and never becomes a path.
      answer: ({ params }) => (params.name === config.name ? textOf(join(folder, 'trace')) : nothing()),
    },
  ];
}

async function textOf(file: string): Promise<RouteAnswer> {
  try {
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': CACHING,
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    };
    return { status: 200, headers, body: await readFile(file) };
  } catch (error) {
    // Before the first pass.
    if (systemCode(error) === 'ENOENT') return nothing();
    throw error;
  }
}

function nothing(): RouteAnswer {
  const problem = {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'This mirror has no such trace.',
  };
  const answer = jsonAnswer(404, CACHING, problem);
  return { ...answer, headers: { ...answer.headers, 'content-type': 'application/problem+json' } };
}
