/** What was asked for lately, up to a ceiling. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  /** In the unit of `weigh`. */
  weight(): number;
}

/**
 * Two generations: what is asked for goes into the young one; when that holds half of the ceiling it becomes the old one, and what nobody has
 * asked for since is forgotten at once. A hit costs one look into a map, and nothing is ever sorted.
 */
export function makeRecent<V>(ceiling: number, weigh: (value: V) => number): Recent<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  let [youngWeight, oldWeight] = [0, 0];
  const keep = (key: string, value: V) => {
    const before = young.get(key);
    if (before !== undefined) youngWeight -= weigh(before);
    young.set(key, value);
    youngWeight += weigh(value);
    if (youngWeight * 2 <= ceiling) return;
    [old, oldWeight] = [young, youngWeight];
    [young, youngWeight] = [new Map(), 0];
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const former = old.get(key);
      if (former !== undefined) keep(key, former);
      return former;
    },
    set: keep,
    weight: () => youngWeight + oldWeight,
  };
}
