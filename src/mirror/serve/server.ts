import { SECOND } from '../../host/clock.ts';
import { CodedError } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import { type LoadedCertificates, loadCertificates, type TlsFiles } from './certificate.ts';
import { watchCertificates } from './certificate-watch.ts';
import { listenAddress } from './listen.ts';
import { closeListener, DEADLINES, type Deadlines, type Listener, openListener } from './listener.ts';
import { makeRedirect } from './redirect.ts';
import { buildSite, type ServeRooms, type Site, type SiteOptions } from './site.ts';

export type { HeldBack, Removed, Withheld } from './absent.ts';
export { type AccessLog, NO_ACCESS_LOG, openAccessLog } from './access-log.ts';
export type { TlsFiles } from './certificate.ts';
export { makeFigures, type ServeFigures } from './figures.ts';
export type { Shelf } from './known-paths.ts';
export type { Miss, Missed } from './miss.ts';
export type { ServeRooms, SiteOptions } from './site.ts';

export interface ServeOptions extends SiteOptions {
  /** `[::]:443`, `127.0.0.1:0`. */
  readonly listen: readonly string[];
  /** Addresses that speak plain HTTP beside HTTPS, and only send people there. */
  readonly redirectFrom: readonly string[];
  /** Web root of the ACME client. */
  readonly challenges: string;
  /** Several processes listen on the same port and the kernel shares connections out among them. */
  readonly reusePort: boolean;
  /** Descriptors of sockets that listen already, by port: used in the place of one's own, and not closed for others who have them. */
  readonly handed?: ReadonlyMap<number, number>;
  /** Null: plain HTTP. */
  readonly tls: TlsFiles | null;
  readonly deadlines?: Deadlines;
  /** How often certificates are looked at. */
  readonly lookMs?: number;
}

export interface RunningServer {
  /** The first of `urls`. */
  readonly url: string;
  /** As bound, in the order of `listen`: `https://127.0.0.1:40123/`. */
  readonly urls: readonly string[];
  /** As bound, in the order of `redirectFrom`. */
  readonly redirectUrls: readonly string[];
  readonly port: number;
  /** Reads the certificates again for connections to come; those that stand keep theirs. Throws as at the start, and then changes nothing. */
  reloadCertificate(): void;
  /** 48 bytes that processes on one port share, so that each resumes what another began. */
  setTicketKeys(keys: Buffer): void;
  /** When the first certificate ends, epoch milliseconds; null over plain HTTP. */
  certificateEnds(): number | null;
  /** Takes no more connections, lets answers under way end, and cuts after `graceMs` those that have not. Further calls wait for the first. */
  stop(graceMs?: number): Promise<void>;
}

const GRACE_MS = 10 * SECOND;

/**
 * Serves the published tree until `stop` is called or `signal` is aborted. Needs a read-only inventory and the tree, nothing of a running
 * daemon. Throws `listen-invalid`, `listen-failed` or what `loadCertificates` throws; then nothing is left open.
 */
export async function startServer(
  options: ServeOptions,
  rooms: ServeRooms,
  signal: AbortSignal,
): Promise<RunningServer> {
  signal.throwIfAborted();
  const { logger } = rooms;
  const load = () => (options.tls === null ? null : loadCertificates(options.tls, logger, rooms.clock));
  let certificates = load();
  const site = await buildSite(options, rooms);
  const listeners: Listener[] = [];
  const redirects: Listener[] = [];
  const reload = () => {
    const renewed = load();
    if (renewed === null) return;
    certificates = renewed;
    for (const listener of listeners) listener.renew(renewed);
    logger.info('certificate was read again');
  };
  const watching =
    options.tls === null ? null : watchCertificates(options.tls, () => tryReload(reload, logger), options.lookMs);
  const { look, reading } = options.deadlines ?? DEADLINES;
  const cutting = setInterval(() => site.connections.cutSlow(performance.now(), reading), look);
  cutting.unref();
  const stop = once(async (graceMs: number) => {
    watching?.stop();
    clearInterval(cutting);
    // Told first, so that answers under way say `Connection: close`.
    site.connections.drain();
    await Promise.all([...listeners, ...redirects].map((listener) => closeListener(listener, graceMs)));
    await site.close();
  });
  try {
    await openAll(options, rooms, site, certificates, listeners, redirects);
  } catch (error) {
    await stop(0);
    throw error;
  }
  const urls = listeners.map((listener) => listener.url);
  logger.info({ urls }, 'server started');
  const onAbort = () => {
    stop(GRACE_MS).catch((error: unknown) => logger.error({ err: error }, 'server did not stop cleanly'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    url: urls[0] ?? '',
    urls,
    redirectUrls: redirects.map((listener) => listener.url),
    port: listeners[0]?.port ?? 0,
    reloadCertificate: reload,
    setTicketKeys: (keys) => {
      for (const listener of listeners) listener.setTicketKeys(keys);
    },
    certificateEnds: () => certificates?.notAfter ?? null,
    stop: async (graceMs = GRACE_MS) => {
      signal.removeEventListener('abort', onAbort);
      await stop(graceMs);
    },
  };
}

/** Files that changed: what does not fit yet is told, and tried again. */
function tryReload(reload: () => void, logger: Logger): 'fits' | 'does-not-fit' {
  try {
    reload();
    return 'fits';
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    logger.warn({ err: error }, 'certificate files changed and do not fit; the old ones go on');
    return 'does-not-fit';
  }
}

async function openAll(
  options: ServeOptions,
  rooms: ServeRooms,
  site: Site,
  certificates: LoadedCertificates | null,
  listeners: Listener[],
  redirects: Listener[],
): Promise<void> {
  const { logger, figures } = rooms;
  const { reusePort, handed = new Map(), deadlines = DEADLINES } = options;
  const common = { reusePort, handed, deadlines, onUnreadable: figures.countUnreadable };
  const addresses = options.listen.map(listenAddress);
  const redirectAddresses = options.redirectFrom.map(listenAddress);
  for (const address of addresses) {
    const listener = await openListener(address, { ...common, certificates }, site.handle, site.connections, logger);
    listeners.push(listener);
  }
  const redirect = makeRedirect(
    {
      name: options.name,
      port: listeners[0]?.port ?? 443,
      challenges: options.challenges,
      deployAt: options.deployAt,
    },
    logger,
    site.receive,
  );
  for (const address of redirectAddresses) {
    const listener = await openListener(address, { ...common, certificates: null }, redirect, site.connections, logger);
    redirects.push(listener);
  }
}

function once(work: (graceMs: number) => Promise<void>): (graceMs: number) => Promise<void> {
  let running: Promise<void> | null = null;
  return (graceMs) => {
    running ??= work(graceMs);
    return running;
  };
}
