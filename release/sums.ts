import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** A line as `sha256sum --check` reads it. */
export function sumLine(sha256: string, path: string): string {
  return `${sha256}  ${path}\n`;
}

export function sha256OfBytes(bytes: Buffer): string {
  return hash('sha256', bytes);
}

export async function sha256Of(file: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return digest.digest('hex');
}
