// Which sections this version plays. The others are read and judged in full, so that one file serves every version, and are told as notices.

const UNPLAYED = ['crawl', 'alerts'] as const;

/** What stands in the file and has no effect yet, a sentence each. */
export function noticesOf(written: Readonly<Record<string, unknown>>): string[] {
  return UNPLAYED.filter((section) => isPlayed(written[section])).map(
    (section) => `section ${section}: not played by this version`,
  );
}

function isPlayed(section: unknown): boolean {
  return Array.isArray(section) ? section.length > 0 : section !== undefined && section !== null;
}
