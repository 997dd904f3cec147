import { hexOf, JAR, POM } from './planted.ts';

export interface RequestRow {
  /** Completes `a request ...`. */
  readonly that: string;
  readonly method?: string;
  /** The request target, byte for byte. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly reason?: string;
  /** Fields that must be there with this value; null: must not be there. */
  readonly fields?: Readonly<Record<string, string | null>>;
  readonly body?: Buffer;
  /** Members of the problem body. */
  readonly problem?: Readonly<Record<string, unknown>>;
}

export const JAR_PATH = '/com/example/one/1.0/one-1.0.jar';
export const POM_PATH = '/com/example/one/1.0/one-1.0.pom';
export const POM_TAG = `"${hexOf('sha256', POM)}"`;
export const JAR_TAG = `"${hexOf('sha256', JAR)}"`;
export const EMPTY_PATH = '/com/example/empty/1.0/empty-1.0.txt';
export const SIZE = POM.length;
export const BEFORE = 'Sun, 01 Nov 2026 09:59:59 GMT';
export const AFTER = 'Sun, 01 Nov 2026 10:00:01 GMT';
export const RELEASED = 'public, max-age=31536000, immutable, no-transform';
export const CHANGING = 'public, max-age=60, no-transform';
export const MINUTE = 'public, max-age=60';
