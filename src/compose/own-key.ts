import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

/** Where this installation's key is: the one that signs its reports signs all else that is its own word. */
export function keyFileOf(config: Config): string {
  return config.report?.key_file ?? join(config.data, 'keys', 'installation.key');
}
