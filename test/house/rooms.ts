// The map of the house: every room in its order, and the doors by which others may enter it. A file imports its own room and the doors of rooms
// above it, never a room below. Where a call must run downwards, the upper room declares a function type and `compose/` hands it in.

export interface Room {
  /** Its folder below `src`. */
  readonly name: string;
  /** Files that other rooms may import, without `.ts`; `shape/*` is every file of that folder. At most three, save where `open` says why more. */
  readonly doors: readonly string[];
  readonly open?: string;
}

/** Every room that owns tables has its migrations in this file; only `compose/` collects them. */
export const MIGRATIONS = 'schema';

/** From the ground up. */
export const ROOMS: readonly Room[] = [
  {
    name: 'host',
    doors: [
      ...[
        'clock',
        'child',
        'http',
        'object-store',
        'durable',
        'lock',
        'logger',
        'fork',
        'handed',
        'metrics',
        'notify',
        'route',
        'slow',
        'error',
      ],
    ],
    open: 'what the machine gives is used everywhere, piece by piece',
  },
  {
    name: 'state',
    doors: ['open', 'migrate', 'outbox', 'backup'],
    open: 'the file, its steps, what waits in it to be sent, and its copies',
  },
  {
    name: 'maven',
    doors: [
      ...['coordinates', 'layout', 'kind', 'checksum-file', 'metadata', 'path-grammar', 'glob'],
      ...['content-type', 'caching', 'xml'],
      ...['artifact-name', 'version-order', 'written'],
    ],
    open: 'pure functions of values, one subject a file',
  },
  { name: 'finding', doors: ['finding', 'record'] },
  { name: 'operator', doors: ['token', 'audit-trail', 'key'] },
  {
    name: 'mirror/inventory',
    doors: ['row', 'store', 'writer', 'page'],
    open: 'the table for who reads and for who writes, and its pages for other machines',
  },
  {
    name: 'mirror/source',
    doors: ['contract', 'rsync/rsync', 's3/s3', 'http/http', 'confirm'],
    open: 'a contract and its three makers, and the question that confirms what they brought',
  },
  { name: 'mirror/verify', doors: ['gate', 'digest', 'signature'] },
  { name: 'mirror/publish', doors: ['publish', 'order', 'quarantine'] },
  { name: 'mirror/pass', doors: ['pass'] },
  { name: 'mirror/scrub', doors: ['scrub'] },
  { name: 'mirror/serve', doors: ['server'] },
  { name: 'mirror/push', doors: ['push', 'purge/purge'] },
  { name: 'watch/crawl', doors: ['round', 'judge', 'origin-drift'] },
  { name: 'watch/incident', doors: ['incident'] },
  { name: 'watch/alert', doors: ['alert'] },
  {
    name: 'stats',
    doors: ['tally', 'ingest', 'export', 'parse/nginx'],
    open: 'what a configuration says of a log is judged where it is read',
  },
  {
    name: 'report',
    doors: ['envelope', 'sign', 'deliver', 'dialect'],
    open: 'what is told, how it is signed and carried, and the same in the words of others',
  },
  { name: 'primary', doors: ['intake', 'mirror-list'] },
  { name: 'client', doors: ['settings', 'setup', 'check'] },
  { name: 'dashboard', doors: ['routes'] },
  { name: 'schedule', doors: ['timetable', 'rhythm'] },
  { name: 'setup', doors: ['init', 'doctor', 'enroll'] },
  { name: 'demo', doors: ['world', 'story', 'mirror'] },
  {
    name: 'config',
    doors: ['schema', 'load', 'explain', 'fault', 'hours', 'shape/*'],
    open: 'the file and its faults, and the shape of every answer',
  },
  { name: 'compose', doors: ['verbs', 'installation', 'version'] },
  { name: 'command', doors: ['run'] },
];

/** Beside the rooms: they start everything and are imported by nothing. */
export const ENTRANCES: readonly string[] = ['main.ts', 'bootstrap.mjs'];

/** Only these import them at all. */
export const ONLY_FOR: Readonly<Record<string, readonly string[]>> = {
  config: ['compose', 'command'],
  compose: ['command', 'main.ts'],
  command: ['main.ts'],
};

/** Code that judges bytes cannot fetch bytes: nothing of these, not even through another file. */
export const JUDGES: readonly string[] = ['maven', 'mirror/verify', 'watch/crawl/judge'];
/** Modules that reach out: no judge loads one, at any distance. */
export const REACHING_MODULES: readonly string[] = [
  ...['child_process', 'cluster', 'dgram', 'dns', 'http', 'http2', 'https', 'net', 'tls'].map((name) => `node:${name}`),
  ...['undici', 'fastify', '@aws-sdk/client-s3'],
];
/** Modules that touch files: of the judges only the hashing of staged files loads one. */
export const FILE_MODULES: readonly string[] = ['node:fs', 'node:fs/promises'];
export const HASHING = /^mirror\/verify\/digest(-[a-z]+)?\.ts$/;

/** Names that say nothing about what a file holds. */
export const DRAWERS =
  /^(utils?|helpers?|common|shared|misc|types|interfaces|lib|manager|service|base|constants|index)$/;

/** The room of a file below `src` (`mirror/verify/gate.ts`), or null for an entrance and for a file that lies in no room. */
export function roomOf(file: string): Room | null {
  return ROOMS.find((room) => file.startsWith(`${room.name}/`)) ?? null;
}
