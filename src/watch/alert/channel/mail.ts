// Mail over SMTP. A message has the same Message-ID however often it is sent, and later ones about an incident belong to its thread.

import { createHash } from 'node:crypto';
import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import { type Clock, SECOND } from '../../../host/clock.ts';
import type { Delivery } from '../../../state/outbox.ts';
import type { Channel, Letter } from './channel.ts';

export interface MailOptions {
  /** `smtp://host[:port]` (STARTTLS where offered) or `smtps://host[:port]`. */
  readonly smtp: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  readonly to: readonly string[];
  /** PEM of the authorities that are trusted instead of the public ones. */
  readonly ca: string | null;
  /** Stands behind the @ of Message-IDs: the name of this installation. */
  readonly name: string;
}

const CONNECT_MS = 20 * SECOND;
const SILENCE_MS = 60 * SECOND;

export function mailChannel(options: MailOptions, { now }: Pick<Clock, 'now'>): Channel {
  return {
    async send(letter, signal): Promise<Delivery> {
      const transport = createTransport(transportOptions(options));
      const given = Promise.withResolvers<never>();
      const onAbort = () => given.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        // A transport cannot be called off; its own deadlines end it a little later.
        await Promise.race([transport.sendMail(mailOf(letter, options, now())), given.promise]);
        return { kind: 'sent' };
      } catch (error) {
        return deliveryOf(error);
      } finally {
        signal.removeEventListener('abort', onAbort);
        transport.close();
      }
    },
  };
}

function transportOptions({ smtp, user, password, ca }: MailOptions): SMTPTransportOptions {
  const url = new URL(smtp);
  const secure = url.protocol === 'smtps:';
  const hasAccount = user !== null && password !== null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 25) : Number(url.port),
    secure,
    // A password never goes over an open line, nor to somebody who merely says that he is the server. Without one, a line that is encrypted for
    // whoever answers is better than an open one (RFC 7435): mail servers on the same machine have certificates that nobody signed.
    requireTLS: hasAccount,
    tls: { rejectUnauthorized: secure || hasAccount || ca !== null, ...(ca === null ? {} : { ca }) },
    ...(hasAccount ? { auth: { user, pass: password } } : {}),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Written out by ourselves where all of it is ASCII: the library would encode a text with long lines, and a digest or a URL that is broken in the
 * middle can be neither searched for nor copied. RFC 5322 allows lines of 998 characters.
 */
function mailOf({ key, body, message }: Letter, { from, to, name }: MailOptions, now: number) {
  const thread = body.kind === 'incident' ? body.threadKey : null;
  const answers = thread === null ? {} : { inReplyTo: idOf(thread, name), references: idOf(thread, name) };
  const { subject, text, severity } = message;
  const messageId = idOf(key, name);
  // RFC 3834: answering machines do not answer.
  const headers = { 'Auto-Submitted': 'auto-generated', 'X-Assay-Severity': severity };
  if (!ASCII.test(subject + text)) return { from, to: [...to], subject, text, messageId, headers, ...answers };
  const lines = [
    `From: ${from}`,
    `To: ${to.join(',\r\n ')}`,
    `Subject: ${folded(subject)}`,
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    ...(thread === null ? [] : [`In-Reply-To: ${idOf(thread, name)}`, `References: ${idOf(thread, name)}`]),
    ...Object.entries(headers).map(([field, value]) => `${field}: ${value}`),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    '',
    ...text.split('\n').map((line) => line.slice(0, MOST_CHARACTERS)),
  ];
  return { envelope: { from, to: [...to] }, raw: lines.join('\r\n') };
}

const ASCII = /^[\n\x20-\x7e]*$/;
const MOST_CHARACTERS = 990;

/** A header in lines of its own where it is long, broken at blanks (RFC 5322, 2.2.3). */
function folded(text: string): string {
  return text.slice(0, MOST_CHARACTERS - 20).replace(/(.{40,66}) (?=\S)/g, '$1\r\n ');
}

function idOf(key: string, name: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 32)}@${name}>`;
}

/** 5xx is for ever, except where an operator can mend it: a wrong password, TLS, a server that is not there. */
function deliveryOf(error: unknown): Delivery {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  const response = 'responseCode' in error ? Number(error.responseCode) : 0;
  const reason = error.message;
  return response >= 500 && code !== 'EAUTH' && code !== 'ETLS' ? { kind: 'dead', reason } : { kind: 'later', reason };
}
