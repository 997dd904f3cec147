import { type SumAlgorithm, sumAlgorithmOf } from '../../maven/kind.ts';
import type { StagedFile } from './staged-file.ts';
import type { UnitFacts } from './verdict.ts';

/** What the origin's sums say of one file. The strongest sum that can be read decides; a weaker one never overrules it. */
export type SumsJudgement =
  | { readonly kind: 'matched'; readonly contradicting: readonly string[] }
  | { readonly kind: 'mismatched'; readonly by: string; readonly expected: string | null }
  /** The only sums are web pages: the origin does not say what the bytes should be. */
  | { readonly kind: 'unreadable'; readonly by: string }
  /** The listing shows a sum that could not be fetched yet. */
  | { readonly kind: 'pending'; readonly by: string }
  | { readonly kind: 'absent' };

interface Claim {
  readonly path: string;
  readonly algorithm: SumAlgorithm;
  readonly content: { kind: 'digest'; hex: string } | { kind: 'page' } | { kind: 'malformed' } | { kind: 'pending' };
}

const STRONGEST_FIRST: readonly SumAlgorithm[] = ['sha512', 'sha256', 'sha1', 'md5'];

export function judgeSums(file: StagedFile, facts: UnitFacts): SumsJudgement {
  const claims = STRONGEST_FIRST.map((algorithm) => claimOf(file.path, algorithm, facts)).filter(
    (claim) => claim !== null,
  );
  const readable = claims.filter((claim) => claim.content.kind === 'digest');
  const strongest = readable[0];
  if (strongest === undefined) return withoutDigest(claims);
  const matches = (claim: Claim) =>
    claim.content.kind === 'digest' && claim.content.hex === file[claim.algorithm]?.toString('hex');
  if (matches(strongest)) {
    const others = claims.filter(
      (claim) => claim.content.kind === 'malformed' || (claim.content.kind === 'digest' && !matches(claim)),
    );
    return { kind: 'matched', contradicting: others.map((claim) => claim.path) };
  }
  return {
    kind: 'mismatched',
    by: strongest.path,
    expected: strongest.content.kind === 'digest' ? strongest.content.hex : null,
  };
}

function withoutDigest(claims: readonly Claim[]): SumsJudgement {
  const first = (kind: Claim['content']['kind']) => claims.find((claim) => claim.content.kind === kind);
  const pending = first('pending');
  if (pending !== undefined) return { kind: 'pending', by: pending.path };
  const malformed = first('malformed');
  if (malformed !== undefined) return { kind: 'mismatched', by: malformed.path, expected: null };
  const page = first('page');
  return page === undefined ? { kind: 'absent' } : { kind: 'unreadable', by: page.path };
}

function claimOf(path: string, algorithm: SumAlgorithm, facts: UnitFacts): Claim | null {
  const sidecar = `${path}.${algorithm}`;
  const staged = facts.staged.get(sidecar);
  if (staged?.sum) return { path: sidecar, algorithm, content: staged.sum };
  const kept = facts.kept.get(sidecar);
  if (kept !== undefined) {
    // Published and unchanged at the origin: it was judged against the bytes that were published with it, so it claims those.
    const hex = facts.kept.get(path)?.[algorithm]?.toString('hex');
    if (hex !== undefined && facts.kept.get(path)?.upstreamSum === 'matched')
      return { path: sidecar, algorithm, content: { kind: 'digest', hex } };
    return null;
  }
  return facts.listed.has(sidecar) ? { path: sidecar, algorithm, content: { kind: 'pending' } } : null;
}

/** Whether a sidecar's text names the digest that `file` has; null when it names none or that digest was not made. */
export function agrees(sidecar: StagedFile, file: Record<SumAlgorithm, Buffer | null>): boolean | null {
  const algorithm = sumAlgorithmOf(sidecar.path);
  if (algorithm === null || sidecar.sum?.kind !== 'digest') return null;
  const made = file[algorithm];
  return made === null ? null : made.toString('hex') === sidecar.sum.hex;
}
