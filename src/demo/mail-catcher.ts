// A mail server that keeps what it gets and sends nothing on.

import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface CaughtMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body, as they came. */
  readonly source: string;
  /** Who signed in, and whether the line was encrypted. */
  readonly user: string | null;
  readonly isEncrypted: boolean;
}

export interface MailCatcher {
  /** `smtp://127.0.0.1:2525` */
  readonly url: string;
  readonly caught: CaughtMail[];
  /** The next message, or one that came already and was not waited for. Rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<CaughtMail>;
  stop(): Promise<void>;
}

export interface MailCatcherOptions {
  readonly address: string;
  /** STARTTLS with this certificate; without, none is offered. */
  readonly tls?: { readonly certificatePem: string; readonly keyPem: string };
  /** Who may send; without, anybody. */
  readonly account?: { readonly user: string; readonly password: string };
  /** Answers to receivers, `550 no such user`. */
  readonly refuses?: { readonly code: number; readonly words: string };
}

const CEILING_BYTES = 1024 * 1024;

export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const caught: CaughtMail[] = [];
  const arrivals = new EventEmitter();
  let taken = 0;
  const server = new SMTPServer({
    ...serverOptions(options),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        caught.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString('utf8'),
          user: typeof session.user === 'string' ? session.user : null,
          isEncrypted: session.secure,
        });
        done();
        arrivals.emit('mail');
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, options.address, resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://${options.address}:${port}`,
    caught,
    async next(signal) {
      for (;;) {
        const mail = caught[taken];
        if (mail !== undefined) {
          taken += 1;
          return mail;
        }
        await once(arrivals, 'mail', { signal });
      }
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function serverOptions({ tls, account, refuses }: MailCatcherOptions): SMTPServerOptions {
  return {
    size: CEILING_BYTES,
    disableReverseLookup: true,
    closeTimeout: 1000,
    ...(tls === undefined ? { disabledCommands: ['STARTTLS'] } : { cert: tls.certificatePem, key: tls.keyPem }),
    authOptional: account === undefined,
    onAuth: ({ username, password }, _session, done) => {
      const isKnown = account !== undefined && username === account.user && password === account.password;
      done(isKnown ? null : new Error('Wrong account'), isKnown ? { user: username } : undefined);
    },
    onRcptTo: (_address, _session, done) => {
      if (refuses === undefined) done();
      else done(Object.assign(new Error(refuses.words), { responseCode: refuses.code }));
    },
  };
}
