import type { z } from 'zod';

/** Something that each key allows and that cannot be together. `at` is the key, within the section, that the fault is shown at. */
export interface Clash {
  readonly at: string;
  readonly expected: string;
}

/** Looks at a section as it was written; null when there is nothing to say. */
export type Combination = (written: unknown) => Clash | null;

/**
 * A rule over several keys of a section. It is asked whenever those keys alone are well-formed, whatever else is wrong in the section, so
 * that one run shows all the faults of a file.
 */
export function combination<Shape extends z.core.$ZodLooseShape, Key extends keyof Shape & string>(
  section: z.ZodObject<Shape>,
  keys: readonly Key[],
  at: Key,
  judge: (values: { [Each in Key]: z.output<Shape[Each]> }) => string | null,
): Combination {
  return (written) => {
    if (typeof written !== 'object' || written === null) return null;
    const parts = Object.fromEntries(Object.entries(written).filter(([key]) => keys.includes(key as Key)));
    const mask = Object.fromEntries(keys.map((key) => [key, true]));
    const parsed = section.pick(mask as never).safeParse(parts);
    if (!parsed.success) return null;
    const expected = judge(parsed.data as { [Each in Key]: z.output<Shape[Each]> });
    return expected === null ? null : { at, expected };
  };
}
