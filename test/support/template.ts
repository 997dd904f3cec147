// A template of the playbook, filled in by the very engine that Ansible uses.

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const TEMPLATES = resolve(import.meta.dirname, '../../ansible/roles/mirror/templates');
/** As Ansible sets it up: the newline at the end stays, and a variable that nobody has given is a fault. */
const RENDER = `import jinja2, json, sys
environment = jinja2.Environment(loader=jinja2.FileSystemLoader(sys.argv[1]), undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
sys.stdout.write(environment.get_template(sys.argv[2]).render(json.load(sys.stdin)))`;

/** The template of that name with these variables. Call `needs(t, 'jinja2')` before. */
export function rendered(name: string, variables: Readonly<Record<string, unknown>>): string {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', RENDER, TEMPLATES, name], {
    input: JSON.stringify(variables),
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`${name} cannot be filled in: ${stderr}`);
  return stdout;
}
