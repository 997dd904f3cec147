import type { ListingOutcome } from '../contract.ts';
import type { WebSession } from './session.ts';

export async function listInventory({ place }: WebSession): Promise<ListingOutcome> {
  return { kind: 'trouble', trouble: 'failed', sentence: `${place.url}: not in this version.` };
}
