import { SECOND } from '../../host/clock.ts';
import { buildServer, type ServeRooms, type SiteOptions } from './application.ts';
import { loadCertificate, type TlsFiles } from './certificate.ts';
import { listenAddress } from './listen.ts';
import { closeListener, type Listener, openListener } from './listener.ts';

export type { HeldBack, Removed, Withheld } from './absent.ts';
export { buildServer, type ServeRooms, type SiteOptions } from './application.ts';
export type { TlsFiles } from './certificate.ts';
export { makeFigures, type ServeFigures } from './figures.ts';
export type { Shelf } from './repository.ts';

export interface ServeOptions extends SiteOptions {
  /** `[::]:443`, `127.0.0.1:0`. */
  readonly listen: readonly string[];
  /** Several processes listen on the same port and the kernel shares connections out among them. */
  readonly reusePort: boolean;
  /** Null: plain HTTP. */
  readonly tls: TlsFiles | null;
}

export interface RunningServer {
  /** The first of `urls`. */
  readonly url: string;
  /** As bound, in the order of `listen`: `https://127.0.0.1:40123/`. */
  readonly urls: readonly string[];
  readonly port: number;
  /** Reads the certificate again for connections to come; those that stand keep theirs. Throws as at the start, and then changes nothing. */
  reloadCertificate(): void;
  /** Takes no more connections, lets answers under way end, and cuts after `graceMs` those that have not. Further calls wait for the first. */
  stop(graceMs?: number): Promise<void>;
}

const GRACE_MS = 10 * SECOND;

/**
 * Serves the published tree until `stop` is called or `signal` is aborted. Needs a read-only inventory and the tree, nothing of a running
 * daemon. Throws `listen-invalid`, `listen-failed` or what `loadCertificate` throws; then nothing is left open.
 */
export async function startServer(
  options: ServeOptions,
  rooms: ServeRooms,
  signal: AbortSignal,
): Promise<RunningServer> {
  signal.throwIfAborted();
  const addresses = options.listen.map(listenAddress);
  const secrets = () => (options.tls === null ? null : loadCertificate(options.tls, rooms.logger, rooms.clock));
  const context = secrets();
  const app = buildServer(options, rooms);
  await app.ready();
  const listeners: Listener[] = [];
  const stop = once(async (graceMs: number) => {
    // Told first, so that answers under way say `Connection: close`.
    const closed = app.close();
    await Promise.all(listeners.map((listener) => closeListener(listener, graceMs)));
    await closed;
  });
  try {
    for (const address of addresses) {
      listeners.push(await openListener(address, options.reusePort, context, app.routing, rooms.logger));
    }
  } catch (error) {
    await stop(0);
    throw error;
  }
  const urls = listeners.map((listener) => listener.url);
  rooms.logger.info({ urls }, 'server started');
  const onAbort = () => {
    stop(GRACE_MS).catch((error: unknown) => rooms.logger.error({ err: error }, 'server did not stop cleanly'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    url: urls[0] ?? '',
    urls,
    port: listeners[0]?.port ?? 0,
    reloadCertificate: () => {
      const renewed = secrets();
      if (renewed === null) return;
      for (const listener of listeners) listener.renew(renewed);
      rooms.logger.info('certificate was read again');
    },
    stop: async (graceMs = GRACE_MS) => {
      signal.removeEventListener('abort', onAbort);
      await stop(graceMs);
    },
  };
}

function once(work: (graceMs: number) => Promise<void>): (graceMs: number) => Promise<void> {
  let running: Promise<void> | null = null;
  return (graceMs) => {
    running ??= work(graceMs);
    return running;
  };
}
