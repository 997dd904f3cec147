// The few fields of maven-metadata.xml that a mirror relies on (Maven repository metadata 1.1.0), and whether bytes are well-formed XML at all.
// The parser knows no external entity and expands none of a document's own: what declares its own entities is not well-formed to us.

import { SaxesParser } from 'saxes';

export interface Metadata {
  readonly kind: 'metadata';
  readonly groupId: string | null;
  readonly artifactId: string | null;
  readonly version: string | null;
  readonly versions: readonly string[];
  readonly latest: string | null;
  readonly release: string | null;
  /** `yyyyMMddHHmmss` UTC; the SNAPSHOT form with a dot is folded into it. */
  readonly lastUpdated: string | null;
  readonly snapshot: { readonly timestamp: string; readonly buildNumber: number } | null;
  readonly snapshotVersions: readonly {
    readonly classifier: string;
    readonly extension: string;
    readonly value: string;
  }[];
  /** Plugin prefixes of group-level metadata. */
  readonly plugins: readonly string[];
}

export type ParsedMetadata =
  | Metadata
  | { readonly kind: 'not-well-formed'; readonly reason: string }
  | { readonly kind: 'too-large' };

export const METADATA_CEILING = 16 * 1024 * 1024;
const DEPTH_CEILING = 64;

export function parseMetadata(bytes: Uint8Array): ParsedMetadata {
  if (bytes.length > METADATA_CEILING) return { kind: 'too-large' };
  const found = startReading();
  const reason = walk(bytes, found.onText, found.onClose);
  return reason === null ? found.metadata() : { kind: 'not-well-formed', reason };
}

/** Why the bytes are no well-formed XML 1.0, or null. */
export function wellFormedness(bytes: Uint8Array): string | null {
  return walk(
    bytes,
    () => {},
    () => {},
  );
}

function walk(
  bytes: Uint8Array,
  onText: (path: string, text: string) => void,
  onClose: (path: string) => void,
): string | null {
  const text = decode(bytes);
  if (text === null) return 'the bytes are not in the encoding that they declare';
  const parser = new SaxesParser();
  const open: string[] = [];
  let fault: string | null = null;
  parser.on('error', (error) => {
    fault ??= error.message;
    throw error;
  });
  parser.on('opentag', (tag) => {
    open.push(tag.name);
    if (open.length > DEPTH_CEILING) parser.fail(`more than ${DEPTH_CEILING} levels deep`);
  });
  parser.on('text', (part) => onText(open.join('/'), part));
  parser.on('cdata', (part) => onText(open.join('/'), part));
  parser.on('closetag', () => {
    onClose(open.join('/'));
    open.pop();
  });
  try {
    parser.write(text).close();
    return null;
  } catch (error) {
    return fault ?? (error instanceof Error ? error.message : String(error));
  }
}

function startReading() {
  const text = new Map<string, string>();
  const versions: string[] = [];
  const plugins: string[] = [];
  const snapshotVersions: { classifier: string; extension: string; value: string }[] = [];
  const take = (path: string): string | null => {
    const value = text.get(path)?.trim();
    text.delete(path);
    return value === undefined || value === '' ? null : value;
  };
  const single = (path: string) => text.get(path)?.trim() || null;
  return {
    onText: (path: string, part: string) => {
      text.set(path, (text.get(path) ?? '') + part);
    },
    onClose(path: string) {
      if (path === 'metadata/versioning/versions/version') {
        const version = take(path);
        if (version !== null) versions.push(version);
      } else if (path === 'metadata/plugins/plugin') {
        const prefix = take(`${path}/prefix`);
        if (prefix !== null) plugins.push(prefix);
      } else if (path === 'metadata/versioning/snapshotVersions/snapshotVersion') {
        const value = take(`${path}/value`);
        const extension = take(`${path}/extension`);
        const classifier = take(`${path}/classifier`) ?? '';
        if (value !== null && extension !== null) snapshotVersions.push({ classifier, extension, value });
      }
    },
    metadata(): Metadata {
      const timestamp = single('metadata/versioning/snapshot/timestamp');
      const buildNumber = Number(single('metadata/versioning/snapshot/buildNumber') ?? Number.NaN);
      return {
        kind: 'metadata',
        groupId: single('metadata/groupId'),
        artifactId: single('metadata/artifactId'),
        version: single('metadata/version'),
        versions,
        latest: single('metadata/versioning/latest'),
        release: single('metadata/versioning/release'),
        lastUpdated: single('metadata/versioning/lastUpdated')?.replace('.', '') ?? null,
        snapshot: timestamp !== null && Number.isInteger(buildNumber) ? { timestamp, buildNumber } : null,
        snapshotVersions,
        plugins,
      };
    },
  };
}

/** By byte order mark, else by the XML declaration, else UTF-8 (XML 1.0 appendix F). Null when the bytes are no such text. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(200, bytes.length)).toString('latin1');
  return /^(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(head)?.[1] ?? 'utf-8';
}

/** Whether bytes begin as an HTML page does, after a byte order mark, blanks and comments. An XML POM is no page. */
export function looksLikePage(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(1024, head.length)).toString('latin1');
  const start = text.replace(/^(?:\xef\xbb\xbf)?\s*/, '').replace(/^<\?xml[^>]*>\s*/, '');
  return /^(?:<!--[\s\S]{0,900}?-->\s*)?<(?:!doctype\s+html|html|head|body)[\s>]/i.test(start);
}
