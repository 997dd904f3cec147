// nginx as a CDN in front of a bucket: it caches what it got, and above all what it did not get, for a day, until it is told otherwise.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './folder.ts';
import { startNginx } from './nginx.ts';

export interface Cdn {
  /** With a slash at its end. */
  readonly url: string;
  /** Program and arguments that purge it, as `argv` of a `purge` of kind `command` has them. */
  readonly argv: readonly string[];
  get(path: string): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>;
}

/** `bucketUrl` is where objects are read, with a slash at its end. */
export async function startCdn(t: TestContext, bucketUrl: string): Promise<Cdn> {
  const home = temporaryFolder(t);
  const cache = join(home, 'cache');
  mkdirSync(cache);
  const server = `
    location / {
      proxy_pass ${bucketUrl};
      proxy_cache tree; proxy_cache_key $uri;
      proxy_cache_valid 200 404 1d; proxy_ignore_headers Cache-Control Expires;
      add_header X-Cache $upstream_cache_status always;
      add_header X-Checksum-SHA1 $upstream_http_x_amz_meta_checksum_sha1;
    }`;
  const around = `proxy_cache_path ${cache} levels=1:2 keys_zone=tree:1m use_temp_path=off inactive=1d;`;
  const { url } = await startNginx(t, server, around);
  const purger = join(home, 'purge.mjs');
  writeFileSync(purger, PURGER);
  return {
    url,
    argv: [process.execPath, purger, cache],
    async get(path) {
      const answer = await fetch(url + path);
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
  };
}

/** nginx looks for an answer in a file that is named by the MD5 of its key; without the file it asks again. */
const PURGER = `
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
const [, , cache] = process.argv;
if (process.env.ASSAY_PURGE === 'everything') for (const name of readdirSync(cache)) rmSync(cache + '/' + name, { recursive: true });
for (const path of (await text(process.stdin)).split('\\n').filter(Boolean)) {
  const name = createHash('md5').update('/' + path).digest('hex');
  rmSync([cache, name.slice(-1), name.slice(-3, -1), name].join('/'), { force: true });
}
`;
