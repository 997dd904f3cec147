/** Where an answer sends us, if we go there. Refused ones say why, for people. */
export type Direction =
  | { readonly kind: 'stay' }
  | { readonly kind: 'go'; readonly url: URL }
  | { readonly kind: 'refused'; readonly sentence: string };

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Pure. Where the new name leads to is looked at when it is connected to. */
export function directionOf(status: number, location: string | undefined, from: URL): Direction {
  if (!REDIRECTS.has(status) || location === undefined) return { kind: 'stay' };
  const url = URL.parse(location, from.href);
  if (url === null) return { kind: 'refused', sentence: 'It redirects to something that is no URL.' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { kind: 'refused', sentence: `It redirects to ${url.protocol}, which we do not speak.` };
  if (from.protocol === 'https:' && url.protocol === 'http:')
    return { kind: 'refused', sentence: `It redirects from https to http, ${url.origin}.` };
  if (url.username !== '' || url.password !== '')
    return { kind: 'refused', sentence: 'It redirects to a URL with credentials in it.' };
  url.hash = '';
  return { kind: 'go', url };
}

/** Milliseconds that a Retry-After header asks for (RFC 9110, 10.2.3), or null where there is none that can be read. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
