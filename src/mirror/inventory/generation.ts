import { randomUUID } from 'node:crypto';
import type { StateDatabase } from '../../state/open.ts';

/** Which state of the tree this is. Another lineage means another database: a cursor made with the old one is void. */
export interface Generation {
  readonly lineage: string;
  /** 0 before anything was published. */
  readonly generation: number;
  readonly files: number;
  readonly bytes: number;
}

export interface Generations {
  current(): Generation;
  /** Call inside a write transaction. */
  set(generation: number, filesDelta: number, bytesDelta: number): void;
}

export function makeGenerations(database: StateDatabase): Generations {
  if (!database.readonly) {
    database.prepare('INSERT OR IGNORE INTO inventory_generation VALUES (1, ?, 0, 0, 0)').run(randomUUID());
  }
  const read = database.prepare<[], Generation>(
    'SELECT lineage, generation, files, bytes FROM inventory_generation WHERE id = 1',
  );
  const write = database.readonly
    ? null
    : database.prepare<[number, number, number]>(
        'UPDATE inventory_generation SET generation = max(generation, ?), files = files + ?, bytes = bytes + ? WHERE id = 1',
      );
  return {
    current: () => read.get() ?? { lineage: '', generation: 0, files: 0, bytes: 0 },
    set: (generation, files, bytes) => {
      write?.run(generation, files, bytes);
    },
  };
}
