/** A digest of OpenPGP (RFC 9580, 9.5) that this machine can make. Its name is the one of node:crypto, and what we tell people. */
export interface HashAlgorithm {
  readonly name: string;
  /** What stands before the digest in a PKCS #1 v1.5 signature, from the outer SEQUENCE on. */
  readonly digestInfo: Buffer;
  /** Bytes of salt that a version 6 signature with this digest has; null: none may be made with it. */
  readonly saltLength: number | null;
  /** Nobody should sign with it any more: collisions are known, or as good as. */
  readonly isWeak: boolean;
}

export function hashAlgorithm(id: number): HashAlgorithm | null {
  return ALGORITHMS.get(id) ?? null;
}

function algorithm(
  name: string,
  oid: string,
  length: number,
  saltLength: number | null,
  isWeak = false,
): HashAlgorithm {
  const identifier = Buffer.from(oid, 'hex');
  const algorithmLength = identifier.length + 4;
  const digestInfo = Buffer.concat([
    Buffer.from([0x30, algorithmLength + 4 + length, 0x30, algorithmLength, 0x06, identifier.length]),
    identifier,
    Buffer.from([0x05, 0x00, 0x04, length]),
  ]);
  return { name, digestInfo, saltLength, isWeak };
}

const SHA2 = '6086480165030402';
const ALGORITHMS: ReadonlyMap<number, HashAlgorithm> = new Map([
  [1, algorithm('md5', '2a864886f70d0205', 16, null, true)],
  [2, algorithm('sha1', '2b0e03021a', 20, null, true)],
  [3, algorithm('ripemd160', '2b24030201', 20, null, true)],
  [8, algorithm('sha256', `${SHA2}01`, 32, 16)],
  [9, algorithm('sha384', `${SHA2}02`, 48, 24)],
  [10, algorithm('sha512', `${SHA2}03`, 64, 32)],
  [11, algorithm('sha224', `${SHA2}04`, 28, 16)],
  [12, algorithm('sha3-256', `${SHA2}08`, 32, 16)],
  [14, algorithm('sha3-512', `${SHA2}0a`, 64, 32)],
]);
