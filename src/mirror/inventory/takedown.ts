import type { StateDatabase } from '../../state/open.ts';

export interface Takedown {
  /** A path, or a folder: everything below it is meant too. */
  readonly prefix: string;
  readonly reason: string;
  /** Removed for a legal reason: answered 451 instead of 410 (RFC 7725). */
  readonly legal: boolean;
  readonly at: number;
  readonly actor: string;
}

export interface Takedowns {
  /** The takedown that covers `path`, if any. */
  of(path: string): Takedown | null;
  list(): Takedown[];
  add(takedown: Takedown): void;
  lift(prefix: string): boolean;
}

/** Removals on purpose. They block fetching for as long as they stand, and outlive the rows they removed. */
export function openTakedowns(database: StateDatabase): Takedowns {
  const find = database.prepare<[string], Stored>('SELECT * FROM inventory_takedown WHERE prefix = ?');
  const any = database.prepare<[], { n: number }>('SELECT count(*) AS n FROM inventory_takedown');
  const all = database.prepare<[], Stored>('SELECT * FROM inventory_takedown ORDER BY at, prefix');
  const insert = database.prepare(
    'INSERT OR REPLACE INTO inventory_takedown VALUES (@prefix, @reason, @legal, @at, @actor)',
  );
  const remove = database.prepare<[string]>('DELETE FROM inventory_takedown WHERE prefix = ?');
  return {
    of(path) {
      if ((any.get()?.n ?? 0) === 0) return null;
      for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
        const stored = find.get(path.slice(0, end));
        if (stored !== undefined) return { ...stored, legal: stored.legal === 1 };
      }
      return null;
    },
    list: () => all.all().map((stored) => ({ ...stored, legal: stored.legal === 1 })),
    add: ({ prefix, reason, legal, at, actor }) => {
      insert.run({ prefix, reason, legal: legal ? 1 : 0, at, actor });
    },
    lift: (prefix) => remove.run(prefix).changes > 0,
  };
}

type Stored = Omit<Takedown, 'legal'> & { readonly legal: number };
