// A signature judged as the gate does it, from bytes alone.

import { SECOND } from '../../../../src/host/clock.ts';
import { judgeCertificate } from '../../../../src/mirror/verify/key/certificate.ts';
import { type Keyset, keysetOf } from '../../../../src/mirror/verify/key/keyset.ts';
import { transferredIn } from '../../../../src/mirror/verify/key/transferable.ts';
import { startFeed } from '../../../../src/mirror/verify/signature/feed.ts';
import { type JudgedFile, judgeSignatures } from '../../../../src/mirror/verify/signature/judgement.ts';
import { knownKeys } from '../../../../src/mirror/verify/signature/known-keys.ts';
import { readSignatureFile } from '../../../../src/mirror/verify/signature/signature-file.ts';

export const NOW = Date.UTC(2026, 10, 21);

export function keysetFrom(certificates: Buffer, now = NOW): Keyset {
  const { keys, faults } = transferredIn(certificates);
  if (faults.length > 0) throw new Error(faults.join('; '));
  return keysetOf(keys.map((key) => judgeCertificate(key, now / SECOND)));
}

/** `bytes` are fed in pieces of an odd size, as a large file would be. */
export function judged(signature: Buffer, bytes: Buffer | string, keyset: Keyset, now = NOW): JudgedFile {
  const file = readSignatureFile('org/example/tool/1.0/tool-1.0.jar.asc', signature);
  const feed = startFeed(['sha256', 'sha1'], [file], knownKeys(keyset.certificates.flatMap(({ keys }) => keys)));
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length; at += 4099) feed.update(all.subarray(at, at + 4099));
  return judgeSignatures(feed.finish(), null, { keyset, keysmap: null, signers: null }, now);
}
