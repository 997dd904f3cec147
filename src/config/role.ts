// Which sections this version plays. The others are read and judged in full, so that one file serves every version, and are told as notices.

const UNPLAYED = ['push', 'mirrors', 'crawl', 'alerts', 'stats', 'report', 'primary'] as const;
const UNPLAYED_SERVE = [
  'redirect_http',
  'trusted_proxies',
  'also_at',
  'limits',
  'access_log',
  'log_addresses',
  'slow_ms',
] as const;

/** What stands in the file and has no effect yet, a sentence each. */
export function noticesOf(written: Readonly<Record<string, unknown>>): string[] {
  const notices = UNPLAYED.filter((section) => isPlayed(written[section])).map(
    (section) => `section ${section}: not played by this version`,
  );
  for (const key of UNPLAYED_SERVE) {
    if (isPlayed(readKey(written.serve, key))) notices.push(`serve.${key}: not played by this version`);
  }
  if (readKey(written.verify, 'signatures') === 'observe')
    notices.push('verify.signatures observe: not played by this version');
  return notices;
}

function isPlayed(section: unknown): boolean {
  return Array.isArray(section) ? section.length > 0 : section !== undefined && section !== null;
}

function readKey(section: unknown, key: string): unknown {
  return typeof section === 'object' && section !== null ? Reflect.get(section, key) : undefined;
}
