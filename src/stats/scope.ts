/** `own`: what this installation's logs say. `all`: that and what its mirrors report. */
export type Scope = 'own' | 'all';

/** Who counts for others is named so: `mirror NAME`. */
export const MIRROR_PREFIX = 'mirror ';

/** A condition on rows of `stats_day`, with the parameter `@scope`. */
export const OF_SCOPE = `(@scope = 'all' OR counted_by NOT LIKE '${MIRROR_PREFIX}%')`;
