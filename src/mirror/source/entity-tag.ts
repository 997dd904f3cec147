/**
 * The MD5 that an ETag may be, lower-case hex: 32 hex digits and nothing else. Weak ones, and those of objects that were uploaded in parts
 * (`-2` at the end), are none. Stores that encrypt with keys of their own, and other servers, have tags of this shape that are no MD5 either: it
 * is a claim until it was compared with the bytes.
 */
export function md5OfTag(etag: string | null | undefined): string | null {
  const found = /^"?([0-9a-fA-F]{32})"?$/.exec(etag ?? '');
  return found?.[1]?.toLowerCase() ?? null;
}
