import type { Config } from '../config/schema.ts';

const SECRET = /(^|_)(password|key|credentials|secret|token)_file$/;

/** Every file that the configuration names because nobody else may read it, once. */
export function secretFiles(config: Config): string[] {
  const keys = config.serve?.tls == null ? [] : [config.serve.tls, ...config.serve.tls.also].map(({ key }) => key);
  return [...new Set([...keys, ...namedBelow(config)])];
}

function namedBelow(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'string' && SECRET.test(key) ? [child] : namedBelow(child),
  );
}
