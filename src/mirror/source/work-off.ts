/** Works on items, at most `width` at a time, the newest first; work may add more. The first error ends it and is thrown when all have ended. */
export async function workOff<T>(
  items: readonly T[],
  width: number,
  work: (item: T, add: (more: T) => void) => Promise<void>,
): Promise<void> {
  const left = items.toReversed();
  let busy = 0;
  let failure: { readonly error: unknown } | null = null;
  let change = Promise.withResolvers<void>();
  const tell = () => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const add = (item: T) => {
    left.push(item);
    tell();
  };
  const worker = async () => {
    while (failure === null) {
      const changed = change.promise;
      const item = left.pop();
      if (item === undefined && busy === 0) return;
      if (item === undefined) {
        await changed;
        continue;
      }
      busy += 1;
      try {
        await work(item, add);
      } catch (error) {
        failure ??= { error };
      }
      busy -= 1;
      tell();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, worker));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}
