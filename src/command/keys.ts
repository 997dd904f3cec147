import type { Command } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { censusText, importText, keyText, listText, trustText } from './keys-text.ts';
import { replyWith } from './reply.ts';

export function addKeys(program: Command, desk: Desk): void {
  const group = program
    .command('keys')
    .summary('whose signatures count: import, list, show, trust, export, census')
    .description(
      prose(`Certificates lie as files in verify.keyring; verify.keysmap says which of them may sign what. No key server is
        ever asked: a key comes here when you bring it.`),
    );
  addImport(group, desk);
  addList(group, desk);
  addShow(group, desk);
  addTrust(group, desk);
  addExport(group, desk);
  addCensus(group, desk);
}

function addImport(group: Command, desk: Desk): void {
  const command = group
    .command('import <from>')
    .description(
      prose(`Brings certificates into the keyring from a file, a folder, or the URL of a file with keys (many projects have
        one called KEYS). Of each what its owner signed is kept, strangers' words are left out, and nothing that is here
        already is lost. Published files that waited for these keys are judged at once.`),
    )
    .action((from: string, _flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.keysImport(config, from, call.signal);
        return replyWith(done, importText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['from a project', 'assay keys import https://downloads.apache.org/commons/KEYS'],
    ['what you have', 'assay keys import /mnt/disk/keyring/'],
  ]);
}

function addList(group: Command, desk: Desk): void {
  const command = group
    .command('list')
    .description('Lists the certificates of the keyring, and what each signed here.')
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.keysList(config, call.signal);
        return replyWith(done, listText(done.result.keys));
      }),
    );
  teach(command, EXIT_STATUSES, [['whose keys are here?', 'assay keys list']]);
}

function addShow(group: Command, desk: Desk): void {
  const command = group
    .command('show <key>')
    .description(
      'Shows one certificate with its keys and the artifacts that it signed; named by its fingerprint or the end of it.',
    )
    .action((key: string, _flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.keysShow(config, key, call.signal);
        return replyWith(done, keyText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [['by its key ID', 'assay keys show 3D12CA2AC19F3181']]);
}

function addTrust(group: Command, desk: Desk): void {
  const command = group
    .command('trust <fingerprint> <coordinates>')
    .description(
      prose(`Writes a line into the keysmap: this key may sign these coordinates (GROUP, GROUP:ARTIFACT,
        GROUP:ARTIFACT:VERSION; GROUP.* with all groups below it). Audited; counts from the next pass on.`),
    )
    .option('--reason <text>', 'how you know, for the audit trail', 'no reason given')
    .action((key: string, coordinates: string, flags: { reason: string }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.keysTrust(config, { key, coordinates, reason: flags.reason }, call.signal);
        return replyWith(done, trustText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [
    [
      'a new release manager',
      'assay keys trust 28118C070CB22A0175A2E8D43D12CA2AC19F3181 com.fasterxml.jackson.core --reason "in their KEYS"',
    ],
  ]);
}

function addExport(group: Command, desk: Desk): void {
  const command = group
    .command('export [keys...]')
    .description('Prints certificates of the keyring, armored, for other verifiers; all of them if none is named.')
    .action((keys: string[], _flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.keysExport(config, keys, call.signal);
        return replyWith(done, call.globals.json ? '' : done.result.armored);
      }),
    );
  teach(command, EXIT_STATUSES, [['for Gradle, or gpg --import', 'assay keys export > trusted.asc']]);
}

function addCensus(group: Command, desk: Desk): void {
  const command = group
    .command('census')
    .description(
      prose(`Counts how much of the tree is signed, by group and by downloads where they are counted, and names what to do
        next: the keys that most files wait for, and the most used artifacts that nobody signs.`),
    )
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs) => {
        const done = await verbs.keysCensus(config);
        return replyWith(done, censusText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [['which keys to get first', 'assay keys census']]);
}
