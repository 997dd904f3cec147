// Many at a time, within limits.

/**
 * Works off what comes, `atATime` side by side, until there is no more or `isOver` says so; waits for all that was begun. The first error ends
 * it and is thrown when nothing is under way any more.
 */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  atATime: number,
  work: (item: Item) => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const worker = async () => {
    while (errors.length === 0 && !isOver()) {
      const next = iterator.next();
      if (next.done === true) return;
      await work(next.value);
    }
  };
  const caught = () =>
    worker().catch((error: unknown) => {
      errors.push(error);
    });
  await Promise.all(Array.from({ length: atATime }, caught));
  if (errors.length > 0) throw errors[0];
}

export type Gate = <T>(sizeBytes: number, work: () => Promise<T>) => Promise<T>;

/** At most so many tasks, and bytes held by them, at a time, first come, first served; one that is larger than all goes alone. */
export function makeGate(tasks: number, sizeBytes: number): Gate {
  const waiting: { readonly size: number; readonly go: () => void }[] = [];
  let running = 0;
  let held = 0;
  const admit = () => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (running >= tasks || (running > 0 && held + first.size > sizeBytes)) return;
      waiting.shift();
      running += 1;
      held += first.size;
      first.go();
    }
  };
  return async (size, work) => {
    await new Promise<void>((resolve) => {
      waiting.push({ size, go: resolve });
      admit();
    });
    try {
      return await work();
    } finally {
      running -= 1;
      held -= size;
      admit();
    }
  };
}
