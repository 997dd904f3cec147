import { z } from 'zod';

/** The transparency log: its keys come with it. */
export const tlogSection = z.null({ error: 'null (not in this version)' });
