export interface Versions {
  readonly assay: string;
  readonly node: string;
  readonly openssl: string;
}

/** What is below the minimum, `openssl 3.0.1`, in the order of the keys. What is no version of numbers is below every minimum. */
export function belowMinimum(
  versions: Versions,
  minimum: { readonly [Name in keyof Versions]: string | null },
): string[] {
  return (['assay', 'node', 'openssl'] as const).flatMap((name) => {
    const least = minimum[name];
    return least !== null && isBelow(versions[name], least) ? [`${name} ${versions[name]}`] : [];
  });
}

/** By their numbers, `3.0.9` below `3.0.13`; what follows them (`+quic`, `-rc1`) does not count. */
function isBelow(version: string, least: string): boolean {
  const [found, wanted] = [numbersOf(version), numbersOf(least)];
  if (found.length === 0) return true;
  for (let at = 0; at < Math.max(found.length, wanted.length); at += 1) {
    const difference = (found[at] ?? 0) - (wanted[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function numbersOf(version: string): number[] {
  const numbers = /^v?(\d{1,9}(?:\.\d{1,9}){0,5})/.exec(version)?.[1];
  return numbers === undefined ? [] : numbers.split('.').map(Number);
}
