import { z } from 'zod';
import { filePath, shortName, url, webUrl } from '../format.ts';

const address = z.string().regex(/^[^\s@]+@[^\s@]+$/, { error: 'a mail address' });
const name = shortName().describe('Names the channel in logs and in `alerts test`.');

const mail = z.strictObject({
  name,
  kind: z.literal('mail').describe('How they are told.'),
  smtp: url(['smtp:', 'smtps:'], 'an smtp:// or smtps:// URL').default('smtp://127.0.0.1:25').describe('Mail server.'),
  user: z.string().nullable().default(null).describe('Account at the mail server; null: none.'),
  password_file: filePath().nullable().default(null).describe('File with its password.'),
  from: address.describe('Sender.'),
  to: z.array(address).min(1).describe('Receivers.'),
});

const webhook = z.strictObject({
  name,
  kind: z.literal('webhook').describe('How they are told.'),
  url: webUrl().describe('Where the JSON is posted.'),
  secret_file: filePath().nullable().default(null).describe('File with the key that signs the bodies; null: unsigned.'),
  template: filePath().nullable().default(null).describe('File with a body of your own; null: ours.'),
});

const alertmanager = z.strictObject({
  name,
  kind: z.literal('alertmanager').describe('How they are told.'),
  url: webUrl().describe('Base URL of a Prometheus Alertmanager.'),
});

/** Who is told of incidents, and how. */
export const alertsSection = z.array(
  z.discriminatedUnion('kind', [mail, webhook, alertmanager], { error: 'kind: mail | webhook | alertmanager' }),
);
