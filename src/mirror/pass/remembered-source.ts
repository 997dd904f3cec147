import type { Source } from '../source/contract.ts';
import type { PassRoom } from './room.ts';

/** A source that lists what is published and what is held back, and has nothing to send: what waits in staging is all there is. */
export function rememberedSource(room: PassRoom): Source {
  return {
    url: room.source.url,
    promises: room.source.promises,
    async list(_request, sink) {
      for (
        let paths = room.inventory.pathsAfter('', PAGE);
        paths.length > 0;
        paths = room.inventory.pathsAfter(paths.at(-1) ?? '', PAGE)
      ) {
        for (const path of paths) {
          const row = room.inventory.row(path);
          if (row !== null) sink.file({ path, size: row.size, mtime: row.originMtime });
        }
      }
      for (const held of room.held.list()) {
        if (held.verdict !== 'unsafe-path') sink.file({ path: held.path, size: held.size, mtime: held.mtime });
      }
      // Partial, because nobody asked the origin: no absence follows from it, and no freshness.
      return { kind: 'partial', fingerprint: '', unreadable: [] };
    },
    fetch: async () => ({ kind: 'fetched', bytes: 0, unreadable: [] }),
    differing: async () => ({ kind: 'compared', paths: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const PAGE = 5000;
