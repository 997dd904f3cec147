// Asks the pages as a serve process does, and what hostile peers write.

import assert from 'node:assert/strict';
import { setupRoutes } from '../../src/client/setup.ts';
import { dashboardRoutes, framedSetup, type Summaries } from '../../src/dashboard/routes.ts';
import type { RouteAnswer } from '../../src/host/route.ts';
import { NOW } from './fleet.ts';

export const HTML = 'text/html,application/xhtml+xml';

export const HOSTILE = {
  markup: '"><script>alert(1)</script><img src=x onerror=alert(2)>\'&amp;',
  'right to left': 'abc\u202egnp.exe\u2066\u200f',
  'ten thousand characters': 'x'.repeat(10_000),
  'control characters': 'a\u0000b\u001b[31mc\r\u007fSet-Cookie: x',
};

/** What nothing of that may have become. */
export const NO_TEXT = /<script|<img|x{2001,}|(?!\n)[\p{Cc}\p{Bidi_Control}]/u;

export async function ask(
  summaries: Summaries,
  target: string,
  accept = HTML,
  onFault: (error: unknown) => void = assert.ifError,
): Promise<RouteAnswer> {
  const url = new URL(target, 'http://mirror.example.org');
  const asked = url.pathname;
  const setup = setupRoutes({
    ...{ name: summaries.name, isTls: true, listed: () => [] },
    framed: (request, title, body) => framedSetup(summaries, request, title, body),
  });
  const routes = [...dashboardRoutes(summaries, onFault), ...setup];
  const fitting = routes.flatMap((route) => {
    const names: string[] = [];
    const pattern = route.path.replace(/:(\w+)/g, (_, name) => {
      names.push(name);
      return '([^/]+)';
    });
    const match = new RegExp(`^${pattern.replaceAll('.', '\\.')}$`).exec(asked);
    const params = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match?.[at + 1] ?? '')]));
    return match === null ? [] : [{ route, params }];
  });
  const [found] = fitting.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  assert.ok(found, `nothing answers ${target}`);
  return await found.route.answer({
    ...{ method: 'GET', path: asked, params: found.params, query: url.searchParams, headers: { accept } },
    ...{ body: Buffer.alloc(0), address: '127.0.0.1', now: NOW },
  });
}

export function textOf({ body }: RouteAnswer): string {
  return body?.toString('utf8') ?? '';
}
