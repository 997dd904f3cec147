import type { Command } from 'commander';
import { configJsonSchema } from '../config/explain.ts';
import { loadConfig } from '../config/load.ts';
import { answer, type Call, type Desk } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { cleanReply, faultsReply, type Reply } from './reply.ts';

export function addCheckConfig(program: Command, desk: Desk): void {
  const command = program
    .command('check-config')
    .summary('read the configuration and tell all of its faults in one go')
    .description(
      prose(`Reads the configuration file with the overrides of the environment (ASSAY__SECTION__KEY=value) and tells all
        faults at once: line, key, what was found and what was expected. With a published tree at hand it also says which
        goal of a crawl its budget cannot meet. Changes nothing, asks nobody.`),
    )
    .option('--schema', 'print the JSON Schema of the file instead, for editors')
    .action((flags: { readonly schema?: boolean }, self: Command) =>
      answer(desk, self, async (call) => (flags.schema === true ? schemaReply(call) : await checked(desk, call))),
    );
  teach(command, EXIT_STATUSES, [
    ['before a restart', 'assay check-config --config /etc/assay/assay.yaml'],
    ['completion in an editor', 'assay check-config --schema > assay.schema.json'],
  ]);
}

function schemaReply(call: Call): Reply {
  const schema = configJsonSchema();
  return cleanReply(schema, call.globals.json ? '' : JSON.stringify(schema, null, 2));
}

async function checked(desk: Desk, call: Call): Promise<Reply> {
  const file = call.globals.config;
  const loaded = loadConfig(file, desk.io.env);
  if (loaded.kind === 'faults') {
    return { ...faultsReply(loaded.faults, file), result: { file, faults: loaded.faults, notices: [] } };
  }
  const verbs = await desk.engine({ logLevel: 'silent', progress: null });
  const notices = verbs.outlook(loaded.config);
  const text = [...notices.map((notice) => `Notice: ${notice}`), `${file} has no faults.`].join('\n');
  return cleanReply({ file, faults: [], notices }, text);
}
