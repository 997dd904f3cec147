// Answers that do not depend on what is asked for.

import { ABSENT_CACHING } from '../../maven/caching.ts';
import type { Answer } from './answer.ts';
import { problemAnswer } from './problem.ts';

/**
 * For every method that would write, before a byte of its body is read: what a client goes on sending after the answer is thrown away until the
 * request's deadline, so that it gets to read where to deploy and not a reset connection.
 */
export function readOnly(method: string, instance: string, deployAt: string | null): Answer {
  return problemAnswer(method, {
    status: 405,
    type: 'read-only',
    title: 'Read-only',
    detail: `This is a read-only mirror. ${deployAt === null ? 'Deploy to its origin.' : `Deploy to ${deployAt}`}`,
    instance,
    headers: { allow: 'GET, HEAD' },
    more: { deploy_at: deployAt },
  });
}

export function unknownOwn(method: string, instance: string): Answer {
  return problemAnswer(method, {
    status: 404,
    detail: 'This server has no such page.',
    instance,
    headers: { 'cache-control': ABSENT_CACHING },
  });
}

/** For pages and listings alone: a build tool that met a 503 would give up on the whole repository. */
export function overloaded(method: string, instance: string): Answer {
  return problemAnswer(method, {
    status: 503,
    type: 'overloaded',
    title: 'Overloaded',
    detail: 'This mirror has no time for pages now; files are served.',
    instance,
    headers: { 'retry-after': '30' },
  });
}

export function tooManyRequests(method: string, instance: string): Answer {
  return problemAnswer(method, {
    status: 429,
    detail: 'More requests came from this address than one client may send.',
    instance,
    headers: { 'retry-after': '2' },
  });
}

export function failed(method: string, instance: string): Answer {
  return problemAnswer(method, {
    status: 500,
    detail: 'This mirror failed. Its operator has been told.',
    instance,
  });
}
