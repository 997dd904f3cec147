import type { StoreFault, StoreFaultKind } from '../../../host/object-store.ts';
import type { SourceTrouble } from '../contract.ts';

const TROUBLES: Readonly<Record<StoreFaultKind, SourceTrouble['trouble']>> = {
  absent: 'refused',
  exists: 'protocol',
  contended: 'busy',
  'no-bucket': 'refused',
  denied: 'refused',
  credentials: 'refused',
  'no-credentials': 'refused',
  'clock-skew': 'refused',
  'wrong-region': 'refused',
  damaged: 'protocol',
  unsupported: 'protocol',
  'slow-down': 'busy',
  unreachable: 'unreachable',
  cut: 'unreachable',
  timeout: 'timeout',
  'store-failed': 'failed',
  refused: 'protocol',
};

/** What a store said, when it ends a listing or a fetch. */
export function bucketTrouble(fault: StoreFault, url: string): SourceTrouble {
  const remedy = fault.remedy === null ? '' : ` ${fault.remedy}`;
  return { kind: 'trouble', trouble: TROUBLES[fault.kind], sentence: `${url}: ${fault.sentence}${remedy}` };
}
