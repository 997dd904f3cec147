import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NewTokenRequest } from '../compose/verbs.ts';
import type { Token } from '../config/shape/token.ts';
import { DAY } from '../host/clock.ts';
import { TOKEN_SCOPES } from '../operator/token.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseFuture, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { instant, table, withoutControls } from './text.ts';

interface AddFlags {
  readonly scope: NewTokenRequest['scopes'];
  readonly expires?: number;
}

const LIFE_MS = 90 * DAY;

export function addToken(program: Command, desk: Desk): void {
  const group = program
    .command('token')
    .summary('who may acknowledge, take down, enroll and accept over HTTP')
    .description(
      prose(`A token lets its holder write over HTTP (POST /-/api/v1/...) what its scopes name. It is shown once; the
        database keeps a hash. Every use is in the audit trail under its name.`),
    );
  addAdd(group, desk);
  addRevoke(group, desk);
  addList(group, desk);
}

function addAdd(group: Command, desk: Desk): void {
  const command = group
    .command('add')
    .argument('<name>', 'who will hold it', parseName)
    .description('Makes a token for whoever NAME is, and prints it: once.')
    .addOption(
      new Option('--scope <scopes...>', 'what may be done with it').choices(TOKEN_SCOPES).default([...TOKEN_SCOPES]),
    )
    .option('--expires <when>', 'a time, or a span such as 30d', (text: string) =>
      parseFuture(text, desk.io.clock.now()),
    )
    .action((name: string, flags: AddFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const expiresAt = flags.expires ?? call.startedAt + LIFE_MS;
        const done = await verbs.tokenAdd(config, { name, scopes: flags.scope, expiresAt });
        return replyWith(done, addedText(done.result.token, done.result, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['for the chat robot that acknowledges incidents', 'assay token add chat --scope acknowledge --expires 365d'],
  ]);
}

function addRevoke(group: Command, desk: Desk): void {
  const command = group
    .command('revoke <id>')
    .description('Makes a token useless from now on, named by its id, or by its name when one alone has that.')
    .action((id: string, _flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs) => {
        const done = await verbs.tokenRevoke(config, id);
        return replyWith(done, `Revoked: ${withoutControls(done.result.name)} (${done.result.id}).`);
      }),
    );
  teach(command, EXIT_STATUSES, [['it may be in wrong hands', 'assay token revoke 3f0c9a1b2d']]);
}

function addList(group: Command, desk: Desk): void {
  const command = group
    .command('list')
    .description('Lists every token that was ever made, without the tokens themselves.')
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.tokenList(config);
        return replyWith(done, listText(done.result.tokens, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['who can write here?', 'assay token list']]);
}

function addedText(token: string, { name, scopes, expires_at }: Token, now: number): string {
  return `${token}\n\nFor ${name}: ${scopes.join(', ')}, until ${instant(expires_at, now)}. It is not shown again.\n`;
}

function listText(tokens: readonly Token[], now: number): string {
  if (tokens.length === 0) return 'There is no token.';
  const rows = tokens.map((each) => [
    each.id,
    each.name,
    each.scopes.join(' '),
    each.usable ? `until ${instant(each.expires_at, now)}` : each.revoked_at === null ? 'expired' : 'revoked',
    `${instant(each.made_at, now)} by ${each.made_by}`,
  ]);
  return table(['id', 'name', 'may', 'usable', 'made'], rows);
}

function parseName(name: string): string {
  if (/^[\w.@-]{1,64}$/.test(name)) return name;
  throw new InvalidArgumentError('A name has up to 64 letters, digits, dots, dashes and underscores.');
}
