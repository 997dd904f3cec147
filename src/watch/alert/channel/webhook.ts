// JSON to an HTTP address: our own shape, or what a chat takes.

import { createHmac } from 'node:crypto';
import type { HttpClient } from '../../../host/http.ts';
import type { Delivery } from '../../../state/outbox.ts';
import { incidentJson } from '../../incident/incident.ts';
import type { Channel, Letter } from './channel.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Signs the bodies; null: unsigned. */
  readonly secret: string | null;
  readonly template: Template;
  readonly ca: string | null;
}

export type Template =
  | { readonly kind: 'own' }
  /** Slack and Mattermost take `text`, Discord takes `content` of at most 2000 characters. */
  | { readonly kind: 'text' | 'content' }
  /** JSON in which {{subject}}, {{text}} and the like stand within strings. */
  | { readonly kind: 'file'; readonly json: string };

const ANSWER_BYTES = 4096;
const DEADLINES = { totalMs: 30_000 };
const DISCORD_CHARACTERS = 1900;

export function webhookChannel(options: WebhookOptions, http: HttpClient): Channel {
  return {
    async send(letter, signal): Promise<Delivery> {
      const body = bodyOf(letter, options.template);
      if (body === null) return { kind: 'dead', reason: 'the template does not make JSON' };
      const outcome = await http.ask(
        {
          method: 'POST',
          url: options.url,
          headers: { 'content-type': 'application/json', ...proofOf(letter.key, body, options.secret) },
          body,
          ceilingBytes: ANSWER_BYTES,
          deadlines: DEADLINES,
          ca: options.ca,
        },
        signal,
      );
      if (outcome.kind === 'failure') return { kind: 'later', reason: outcome.sentence };
      return deliveryOf(outcome.status, outcome.headers['retry-after']);
    },
  };
}

/** What an answer to a POST means for the message. 4xx says that it will never be taken, but for those that say "not now". */
export function deliveryOf(status: number, retryAfter: string | undefined): Delivery {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = `it answers ${status}`;
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null;
  const isLater =
    status >= 500 || status === 408 || status === 425 || status === 429 || (status >= 300 && status < 400);
  if (!isLater) return { kind: 'dead', reason };
  return seconds === null ? { kind: 'later', reason } : { kind: 'later', reason, retryAfterMs: seconds * 1000 };
}

/** HMAC-SHA256 over the bytes of the body. The second name is the one that most receivers look for. */
function proofOf(key: string, body: string, secret: string | null): Record<string, string> {
  const headers = { 'idempotency-key': key };
  if (secret === null) return headers;
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return { ...headers, 'x-assay-signature': signature, 'x-hub-signature-256': signature };
}

function bodyOf({ key, body, message }: Letter, template: Template): string | null {
  const { subject, text, severity } = message;
  switch (template.kind) {
    case 'own':
      return JSON.stringify({ assay: 1, key, severity, subject, text, ...contentOf(body) });
    case 'text':
      return JSON.stringify({ text: `*${subject}*\n${text}` });
    case 'content':
      return JSON.stringify({ content: `**${subject}**\n${text}`.slice(0, DISCORD_CHARACTERS) });
    case 'file':
      return filled(template.json, valuesOf({ key, body, message }));
  }
}

function contentOf(body: Letter['body']): Record<string, unknown> {
  if (body.kind === 'trial') return { kind: 'trial' };
  if (body.kind === 'incident') return { kind: 'incident', event: body.event, incident: incidentJson(body.incident) };
  const incidents = body.items.map(({ event, incident }) => ({ event, incident: incidentJson(incident) }));
  return { kind: 'digest', incidents, more: body.more };
}

function valuesOf({ key, body, message }: Letter): Record<string, string> {
  const incident = body.kind === 'incident' ? body.incident : null;
  return {
    ...{ key, subject: message.subject, text: message.text, severity: message.severity, kind: body.kind },
    event: body.kind === 'incident' ? body.event : '',
    incident: incident?.id ?? '',
    verdict: incident?.verdict ?? '',
    mirror: incident?.mirror ?? '',
    path: incident?.path ?? '',
    blame: incident?.blame ?? '',
  };
}

/** Values are put in as the inside of a JSON string: nothing that a mirror chose can end it. Null when the result is no JSON. */
function filled(template: string, values: Readonly<Record<string, string>>): string | null {
  const text = template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
