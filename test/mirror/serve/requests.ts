// Serving as a list of requests with what each must get. Run through inject and again over a TLS socket.

import { ABSENT, WRITING } from './absent-requests.ts';
import { CONDITIONAL, RANGES } from './conditional-requests.ts';
import { HOSTILE, UNREADABLE } from './hostile-requests.ts';
import { PLAIN } from './plain-requests.ts';
import type { RequestRow } from './request-row.ts';

export const REQUESTS: readonly RequestRow[] = [
  ...PLAIN,
  ...ABSENT,
  ...WRITING,
  ...CONDITIONAL,
  ...RANGES,
  ...HOSTILE,
  ...UNREADABLE,
];
