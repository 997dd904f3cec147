// A body that we hashed ourselves: the only proof.

import { parseChecksumFile } from '../../../maven/checksum-file.ts';
import { sumAlgorithmOf } from '../../../maven/kind.ts';
import { ageOf, ageWords, isWithinLag } from './age.ts';
import { judgeUnexpected, wrongSum } from './claims.ts';
import type { Around, Circumstances, Claims, Expected, ExpectedFile, Proof } from './look.ts';
import { judgeMetadata } from './metadata.ts';
import { found, type Judgement, ok } from './verdict.ts';

export function judgeBody(
  proof: Proof,
  claims: Claims,
  expected: Expected,
  circumstances: Circumstances,
  around: Around,
): Judgement {
  const { file } = expected;
  if (file === null) return judgeStranger(proof, expected, circumstances);
  if (proof.end === 'whole' && proof.sha256 === file.sha256) return judgeHeaders(claims, file);
  if (claims.contentEncoding !== null) {
    const why = `It sends ${claims.contentEncoding} although bytes as they are were asked for.`;
    return found('header-wrong', 'mirror', why, { basis: 'claim' });
  }
  if (proof.end === 'slow') return found('unreachable', 'mirror', 'The body came too slowly.', { basis: 'none' });
  return (
    judgeFormer(proof, expected, circumstances) ?? judgeOther(proof, claims, file, expected.path, circumstances, around)
  );
}

/** The bytes are right: what the headers say of them should be so, too. */
function judgeHeaders(claims: Claims, file: ExpectedFile): Judgement {
  const wrong = wrongSum(claims, file);
  if (wrong !== null) {
    return found('header-wrong', 'mirror', `The bytes are right, and its header says another ${wrong} of them.`);
  }
  const isSumless = file.upstreamSum === 'absent' && (file.kind === 'artifact' || file.kind === 'pom');
  return isSumless ? found('no-upstream-sum', 'publisher', 'It was published without a sum.') : ok('proof');
}

function judgeStranger(proof: Proof, expected: Expected, circumstances: Circumstances): Judgement {
  if (proof.isPage) return found('impostor-page', 'mirror', 'A web page, with 200, where no file should be.');
  return { ...judgeUnexpected(expected, circumstances), basis: 'proof', next: 'nothing' };
}

/** An older genuine version: late, not wrong. */
function judgeFormer(proof: Proof, expected: Expected, circumstances: Circumstances): Judgement | null {
  const former = proof.end === 'whole' ? expected.former.find(({ sha256 }) => sha256 === proof.sha256) : undefined;
  if (former === undefined) return null;
  const behindMs = ageOf(former.until, circumstances);
  const why = `An older genuine version, replaced ${ageWords(behindMs)} ago.`;
  const verdict = isWithinLag(behindMs, circumstances) ? 'lagging' : 'stale-known';
  return found(verdict, 'mirror', why, { behindMs });
}

/** Bytes that were never published there. */
function judgeOther(
  proof: Proof,
  claims: Claims,
  file: ExpectedFile,
  path: string,
  circumstances: Circumstances,
  around: Around,
): Judgement {
  if (proof.isPage) return found('impostor-page', 'mirror', 'A web page, with 200, where the file should be.');
  if (file.kind === 'checksum') return judgeSidecar(proof, path, circumstances, around);
  if (file.kind === 'metadata') return judgeMetadata(proof, claims, file, circumstances, around);
  if (proof.end === 'cut' || (proof.sizeBytes < file.size && around.beginsGenuine !== false)) {
    return found('truncated', 'mirror', `It ends after ${proof.sizeBytes} of ${file.size} bytes.`);
  }
  if (proof.end === 'ceiling' && (proof.sha256 === file.sha256 || around.beginsGenuine === true)) {
    return found('oversize', 'mirror', `It goes on after its ${file.size} bytes.`);
  }
  if (file.kind === 'signature') {
    return found('signature-changed', 'mirror', 'Another signature than was published.');
  }
  const what = file.isMutable ? 'Bytes that were never published there.' : 'A released file has other bytes there.';
  return found('divergent', 'mirror', `${what}${wordOf(proof, file, around)}`);
}

/** A body beside the mirror's own inventory: one of the two is a lie of the mirror's own. */
function wordOf(proof: Proof, file: ExpectedFile, { ownWord }: Around): string {
  if (ownWord === undefined) return '';
  const its = ownWord.isSigned ? 'Its own signed inventory' : 'Its own inventory';
  if (ownWord.sha256 === file.sha256) return ` ${its} says that they are the genuine ones, and convicts it.`;
  return ownWord.sha256 === proof.sha256 ? ` ${its} has them so, too.` : '';
}

/** A checksum file is right when what it says is, however it is written; of a file that may change it is right when it fits the one beside it. */
function judgeSidecar(proof: Proof, path: string, circumstances: Circumstances, around: Around): Judgement {
  const said = sumIn(proof.bytes, path);
  if (said !== null && said === around.sumOfBase) return ok('proof');
  if (said !== null && said === around.sumOfTheirBase) return ok('proof');
  if (circumstances.isUpdating) return found('lagging', 'mirror', 'Its update is under way.');
  return found('sidecar-wrong', 'mirror', 'The checksum file holds another sum than its file has.');
}

/** The sum that a checksum file holds, or null for anything else. */
export function sumIn(bytes: Uint8Array | null, path: string): string | null {
  const algorithm = sumAlgorithmOf(path);
  if (algorithm === null || bytes === null) return null;
  const said = parseChecksumFile(Buffer.from(bytes).toString('latin1'), algorithm);
  return said.kind === 'digest' ? said.hex : null;
}
