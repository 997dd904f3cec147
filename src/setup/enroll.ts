// What the maintainers of a primary put into their configuration to enrol a mirror.

export interface Enrolled {
  readonly name: string;
  /** Where clients reach it, as far as we can tell. */
  readonly url: string;
  readonly contact: string | null;
  /** Raw Ed25519 public keys, base64. */
  readonly publicKeys: readonly string[];
}

/** An entry of `mirrors` in YAML, as it can be pasted. A JSON string is a YAML string. */
export function enrollLines({ name, url, contact, publicKeys }: Enrolled): string {
  const text = (value: string) => JSON.stringify(value);
  return [
    `  - name: ${text(name)}`,
    `    url: ${text(url)}`,
    '    operated_by: community',
    ...(contact === null ? [] : [`    contact: ${text(contact)}`]),
    '    public_keys:',
    ...publicKeys.map((key) => `      - { key: ${text(key)} }`),
    '',
  ].join('\n');
}
