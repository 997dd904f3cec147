import { z } from 'zod';
import { amount, filePath, mailAddress, shortName, url, webUrl } from '../format.ts';

const name = shortName().describe('Names the channel in logs and in `alerts test`.');
const ca_file = filePath()
  .nullable()
  .default(null)
  .describe('PEM file of a private certificate authority; null: the public ones.');
const cool_down_minutes = amount()
  .default(60)
  .describe('Minutes in which a trouble that comes and goes is told once: at its end, if it is still so.');

const mail = z.strictObject({
  name,
  kind: z.literal('mail').describe('How they are told.'),
  smtp: url(['smtp:', 'smtps:'], 'an smtp:// or smtps:// URL')
    .default('smtp://127.0.0.1:25')
    .describe(
      'Mail server: `smtp://` uses STARTTLS where it is offered, and insists on it with `user`; `smtps://` is TLS from the first byte.',
    ),
  user: z.string().nullable().default(null).describe('Account at the mail server; null: none.'),
  password_file: filePath().nullable().default(null).describe('File with its password.'),
  from: mailAddress().describe('Sender.'),
  to: z.array(mailAddress()).min(1).describe('Receivers.'),
  ca_file,
  cool_down_minutes,
});

const webhook = z.strictObject({
  name,
  kind: z.literal('webhook').describe('How they are told.'),
  url: webUrl().describe('Where the JSON is posted.'),
  secret_file: filePath().nullable().default(null).describe('File with the key that signs the bodies; null: unsigned.'),
  template: z
    .union([z.enum(['slack', 'mattermost', 'discord']), filePath()], {
      error: 'slack, mattermost, discord, or an absolute path',
    })
    .nullable()
    .default(null)
    .describe(
      'What a chat takes, by its name; or a file with JSON of your own, in whose strings {{subject}}, {{text}}, {{severity}}, {{event}}, {{incident}}, {{verdict}}, {{mirror}}, {{path}} and {{blame}} are filled in; null: ours.',
    ),
  ca_file,
  cool_down_minutes,
});

const alertmanager = z.strictObject({
  name,
  kind: z.literal('alertmanager').describe('How they are told.'),
  url: webUrl().describe('Base URL of a Prometheus Alertmanager.'),
  ca_file,
});

/** Who is told of incidents, and how. */
export const alertsSection = z.array(
  z.discriminatedUnion('kind', [mail, webhook, alertmanager], { error: 'kind: mail | webhook | alertmanager' }),
);
