import type { PassEvent } from '../mirror/pass/pass.ts';
import type { PushEvent } from '../mirror/push/push.ts';
import type { ScrubEvent } from '../mirror/scrub/scrub.ts';
import type { RoundEvent } from '../watch/crawl/round.ts';

const MIB = 1024 * 1024;

/** One line for people about what a pass does now; null for what is told elsewhere. */
export function progressText(event: PassEvent): string | null {
  switch (event.kind) {
    case 'listing':
      return `listing: ${event.files} files`;
    case 'planned':
      return event.files === 0 ? 'nothing to fetch' : `to fetch: ${event.files} files, ${mebibytes(event.bytes)}`;
    case 'fetching':
      return `fetching: ${event.files} of ${event.ofFiles} files, ${mebibytes(event.bytes)} of ${mebibytes(event.ofBytes)}`;
    case 'published':
      return `published: ${event.files} files`;
    case 'held':
      return null;
  }
}

export function scrubProgressText(event: ScrubEvent): string {
  switch (event.kind) {
    case 'read':
      return `verified: ${event.files} of ${event.ofFiles} files, ${mebibytes(event.bytes)} of ${mebibytes(event.ofBytes)}`;
    case 'rebuilding':
      return `taken from the tree: ${event.files} files, ${mebibytes(event.bytes)}`;
    case 'looking-for-strangers':
      return `looking for foreign files: ${event.files} seen`;
  }
}

export function pushProgressText(event: PushEvent): string {
  switch (event.kind) {
    case 'listing':
      return `${event.target}: ${event.objects} objects listed`;
    case 'putting':
      return `${event.target}: ${event.objects} of ${event.ofObjects} objects, ${mebibytes(event.bytes)} of ${mebibytes(event.ofBytes)}`;
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

export function crawlProgressText(event: RoundEvent): string | null {
  switch (event.kind) {
    case 'mirror-begun':
      return `${event.name}: asked`;
    case 'mirror-asked':
      return `${event.name}: ${event.claims} claims, ${event.proofs} bodies`;
    case 'mirror-done':
    case 'finding':
      return null;
  }
}
