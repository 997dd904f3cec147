/** An object of ours that is put to see what a store can, and asked for to see what others get. */
export const PROBE_KEY = '.meta/assay/probe';
