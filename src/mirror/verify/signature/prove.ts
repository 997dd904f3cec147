import type { Verify } from 'node:crypto';
import { type HashAlgorithm, hashAlgorithm } from '../openpgp/hash-algorithm.ts';
import { KEY_ALGORITHM } from '../openpgp/key-packet.ts';
import type { SignaturePacket } from '../openpgp/signature-packet.ts';
import { type SshSignature, sshFingerprint, verifySsh } from '../ssh/ssh-signature.ts';
import type { Proof, SignatureEvidence } from './evidence.ts';
import type { Candidate } from './known-keys.ts';
import type { Entry } from './signature-file.ts';

/** What was hashed for one signature. */
export interface Hashed {
  readonly digest: Buffer;
  readonly tries: readonly (Candidate & { readonly fed: Verify | null })[];
}

const SIGNING: readonly number[] = Object.values(KEY_ALGORITHM);

/** `hashed` is null where nothing could be hashed: for a digest that cannot be made here, or one too many. */
export function provePacket(
  { packet, isDamaged }: Extract<Entry, { readonly kind: 'signature' }>,
  hashed: Hashed | null,
): SignatureEvidence {
  const hash = hashAlgorithm(packet.hashAlgorithm);
  const { version, created, expiresAfter } = packet;
  const proof = prove(packet, hash, hashed);
  return {
    proof:
      isDamaged && proof.kind !== 'verified' ? { kind: 'malformed', why: 'its armor was changed on the way' } : proof,
    version,
    hash: hash?.name ?? null,
    isWeakHash: hash?.isWeak ?? false,
    issuer: packet.issuerFingerprint ?? packet.issuerKeyId,
    created,
    expires: (expiresAfter ?? 0) === 0 ? null : created + (expiresAfter ?? 0),
    isDamaged,
  };
}

export function proveNothing({ kind, why, version }: Extract<Entry, { readonly why: string }>): SignatureEvidence {
  return { proof: { kind, why }, version, ...NOTHING };
}

const NOTHING = { hash: null, isWeakHash: false, issuer: null, created: null, expires: null, isDamaged: false };

/** `digest` of the file, by the signature's hash. */
export function proveSsh(signature: SshSignature, digest: Buffer): SignatureEvidence {
  const { isGood, algorithm, isWeak } = verifySsh(signature, digest);
  const issuer = sshFingerprint(signature.publicKey);
  const { hash, namespace } = signature;
  const proof: Proof =
    isGood === null
      ? unsupported('its key is of a kind that is not known here')
      : { kind: isGood ? 'verified' : 'failed', key: issuer };
  return { ...NOTHING, proof, version: null, hash, issuer, ssh: { algorithm, isWeak, namespace } };
}

function prove(packet: SignaturePacket, hash: HashAlgorithm | null, hashed: Hashed | null): Proof {
  const { keyAlgorithm } = packet;
  if (hash === null) return unsupported(`its digest is of a kind that is not known here (${packet.hashAlgorithm})`);
  if (hashed === null) return unsupported('there are too many different signatures beside one file');
  const { digest, tries } = hashed;
  const answers = tries.map(({ key, fed }) => key.makes(keyAlgorithm) && key.verify(packet, hash, digest, fed));
  const maker = tries[answers.indexOf(true)];
  if (maker !== undefined) return { kind: 'verified', key: maker.fingerprint };
  const refuses = tries.find(({ isNamed }, index) => isNamed && answers[index] === false);
  if (refuses !== undefined) return { kind: 'failed', key: refuses.fingerprint };
  // RFC 9580, 5.2.3: the two bytes are the beginning of the digest that was signed. Where they differ, other bytes were signed, whatever the key.
  if (!digest.subarray(0, 2).equals(packet.prefix)) return { kind: 'failed', key: null };
  if (!SIGNING.includes(keyAlgorithm))
    return unsupported(`its key is of a kind that is not known here (${keyAlgorithm})`);
  return answers.includes(null)
    ? unsupported(`${hash.name} does not go with a key of its kind here`)
    : { kind: 'no-key' };
}

function unsupported(why: string): Proof {
  return { kind: 'unsupported', why };
}
