import { severityOf } from '../../finding/finding.ts';
import { locate } from '../../maven/layout.ts';
import type { Difference } from '../inventory/store.ts';
import { WHEN_CHANGED } from '../verify/gate.ts';
import type { Bench } from './judging.ts';
import type { Leaving } from './plan.ts';

/** What is left out of a plan and why. Filtered and taken down is as the operator wants it; too large is refused, and said. */
export function noteLeft(file: Difference, why: Leaving, bench: Bench): void {
  if (why !== 'too-large') return;
  const { room, passId, now, options } = bench;
  const sentence = `${file.size} bytes, source.max_file_mib allows ${options.policy.maxFileBytes}`;
  if (!bench.heldBefore.has(file.path)) {
    room.logger.warn({ path: file.path, bytes: file.size }, 'file above source.max_file_mib is not fetched');
    room.onEvent({ kind: 'held', path: file.path, as: 'rejected', verdict: 'too-large', why: sentence });
  }
  room.held.hold(
    {
      path: file.path,
      unit: locate(file.path).unit,
      kind: 'rejected',
      verdict: 'too-large',
      why: sentence,
      size: file.size,
      mtime: file.mtime,
      sha256: null,
      retryAt: WHEN_CHANGED,
    },
    passId,
    now,
  );
  room.findings.stand(
    {
      foundBy: 'gate',
      verdict: 'too-large',
      severity: severityOf('too-large'),
      path: file.path,
      why: sentence,
      expected: null,
      observed: { size: file.size, sha256: null },
      blame: 'origin',
      generation: bench.generation,
    },
    now,
  );
}
