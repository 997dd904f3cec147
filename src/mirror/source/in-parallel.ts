/** Works on items, at most `width` at a time, in their order. The first error ends it: no further item is taken, and it is thrown when all have ended. */
export async function inParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const errors: unknown[] = [];
  // An async iterator is asked by one at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const take = (): Promise<IteratorResult<T>> => {
    const next = turn.then(() => iterator.next());
    // Who took this turn is told; the next one comes all the same.
    turn = next.catch(() => undefined);
    return next;
  };
  const worker = async () => {
    try {
      for (let next = await take(); next.done !== true && errors.length === 0; next = await take())
        await work(next.value);
    } catch (error) {
      errors.push(error);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, worker));
  await iterator.return?.();
  if (errors.length > 0) throw errors[0];
}
