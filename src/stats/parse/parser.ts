import { cloudfrontParser } from './cloudfront.ts';
import { fastlyParser } from './fastly.ts';
import type { LineParser } from './hit.ts';
import { COMBINED, nginxParser, OWN } from './nginx.ts';
import { s3Parser } from './s3.ts';

export type LogKind = 'own' | 'nginx' | 'fastly' | 'cloudfront' | 's3';

/** A parser for one file: formats that name their fields at the head of a file remember them. `format` counts for nginx alone. */
export function parserOf(kind: LogKind, format: string | null): LineParser {
  switch (kind) {
    case 'own':
      return nginxParser(OWN);
    case 'nginx':
      return nginxParser(format ?? COMBINED);
    case 'fastly':
      return fastlyParser();
    case 'cloudfront':
      return cloudfrontParser();
    case 's3':
      return s3Parser();
  }
}
