import { randomUUID } from 'node:crypto';
import type { StateDatabase } from '../../state/open.ts';

/** Which state of the tree this is. Another lineage means another database: a cursor made with the old one is void. */
export interface Generation {
  readonly lineage: string;
  /** 0 before anything was published. */
  readonly generation: number;
  readonly files: number;
  readonly bytes: number;
  /**
   * The newest of which nothing more comes. While a pass publishes, its generation grows, and not in the order of paths: whoever follows the tree
   * and counts that one as read would miss the rest of it.
   */
  readonly settled: number;
}

export interface Generations {
  current(): Generation;
  /** Call inside a write transaction. A new generation is open from its first row on, over restarts too. */
  set(generation: number, filesDelta: number, bytesDelta: number): void;
  /** All of it is in the tree, and no batch is left. */
  close(): void;
}

export function makeGenerations(database: StateDatabase): Generations {
  if (!database.readonly) {
    database.prepare('INSERT OR IGNORE INTO inventory_generation VALUES (1, ?, 0, 0, 0, 0)').run(randomUUID());
  }
  const read = database.prepare<[], Generation>(
    'SELECT lineage, generation, files, bytes, generation - is_open AS settled FROM inventory_generation WHERE id = 1',
  );
  const write = database.readonly
    ? null
    : database.prepare<[{ generation: number; files: number; bytes: number }]>(
        `UPDATE inventory_generation SET generation = max(generation, @generation), files = files + @files, bytes = bytes + @bytes,
           is_open = is_open OR @generation > generation WHERE id = 1`,
      );
  const close = database.readonly
    ? null
    : database.prepare<[]>('UPDATE inventory_generation SET is_open = 0 WHERE id = 1 AND is_open = 1');
  return {
    current: () => read.get() ?? { lineage: '', generation: 0, files: 0, bytes: 0, settled: 0 },
    set: (generation, files, bytes) => {
      write?.run({ generation, files, bytes });
    },
    close: () => {
      close?.run();
    },
  };
}
