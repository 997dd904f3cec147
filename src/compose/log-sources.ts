import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import { openObjectStore } from '../host/object-store.ts';
import type { LogSource } from '../stats/ingest.ts';

type LogConfig = NonNullable<Config['stats']>['logs'][number];

/** The logs that `stats.logs` names; one of kind own without a path is the log that `serve` writes, if it writes one. */
export function logSourcesOf(config: Config, clock: Pick<Clock, 'now'>): LogSource[] {
  const prefixes = config.push.flatMap((target) => (target.kind === 's3' ? [target.prefix] : []));
  const also = [...(config.serve?.also_at ?? []), ...prefixes.filter((prefix) => prefix !== '').map(asPlace)];
  return (config.stats?.logs ?? []).flatMap((log): LogSource[] => {
    const { kind, format } = log;
    if (log.bucket !== null) {
      const prefix = log.prefix ?? '';
      const open = () => openObjectStore(storeOptions(log, log.bucket ?? ''), clock);
      return [
        { name: `${kind} s3://${log.bucket}/${prefix}`, kind, format, also, place: { kind: 'bucket', open, prefix } },
      ];
    }
    const path = log.path ?? config.serve?.access_log ?? null;
    return path === null ? [] : [{ name: `${kind} ${path}`, kind, format, also, place: { kind: 'files', path } }];
  });
}

/** A prefix of keys as the beginning of a path: keys begin without a slash. */
function asPlace(prefix: string): string {
  return `/${prefix.replace(/^\/+|\/+$/g, '')}/`;
}

function storeOptions(log: LogConfig, bucket: string): Parameters<typeof openObjectStore>[0] {
  const credentials = log.credentials_file === null ? { kind: 'chain' } : { kind: 'file', path: log.credentials_file };
  return {
    bucket,
    region: log.region,
    endpoint: log.endpoint,
    pathStyle: log.path_style,
    credentials: credentials as Parameters<typeof openObjectStore>[0]['credentials'],
  };
}
