// The one style sheet and the icon, at addresses made of their contents: a browser keeps them for good, and a new version is a new address.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Route, RouteAnswer } from '../../host/route.ts';

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

/** In the order in which they are laid over each other. */
const SHEETS = ['ground', 'frame', 'piece', 'table', 'form', 'chart', 'artifact'] as const;

export const STYLE = asset(
  'style',
  'css',
  'text/css; charset=utf-8',
  SHEETS.map((name) => readStyle(`${name}.css`)).join('\n'),
);
export const ICON = asset('icon', 'svg', 'image/svg+xml', readStyle('icon.svg'));

export const ASSETS: readonly Asset[] = [STYLE, ICON];

/** A page of before an upgrade asks for what is no more: it gets what there is, and keeps it for nothing. */
export function assetRoutes(): Route[] {
  return ASSETS.map((own) => ({
    method: 'GET',
    path: own.path.replace(/[^/]+$/, ':name'),
    weight: 'page',
    maxBodyBytes: 0,
    answer: ({ path }) => assetAnswer(own, path === own.path),
  }));
}

function assetAnswer({ type, body }: Asset, isCurrent: boolean): RouteAnswer {
  const headers = {
    'content-type': type,
    'cache-control': isCurrent ? 'public, max-age=31536000, immutable' : 'no-store',
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}

function asset(folder: string, ending: string, type: string, text: string): Asset {
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { path: `/-/${folder}/${name}.${ending}`, type, body: Buffer.from(text, 'utf8') };
}

function readStyle(name: string): string {
  return readFileSync(new URL(`../style/${name}`, import.meta.url), 'utf8');
}
