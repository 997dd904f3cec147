/** An elliptic curve that signs, by the object identifier that a key packet names it with (RFC 9580, 9.2). */
export interface Curve {
  readonly name: string;
  readonly kind: 'ecdsa' | 'eddsa';
  /** Bytes of a coordinate, and of each half of a signature. */
  readonly size: number;
}

const ECDSA: Readonly<Record<string, Curve>> = {
  '2a8648ce3d030107': { name: 'secp256r1', kind: 'ecdsa', size: 32 },
  '2b81040022': { name: 'secp384r1', kind: 'ecdsa', size: 48 },
  '2b81040023': { name: 'secp521r1', kind: 'ecdsa', size: 66 },
  '2b8104000a': { name: 'secp256k1', kind: 'ecdsa', size: 32 },
  '2b2403030208010107': { name: 'brainpoolP256r1', kind: 'ecdsa', size: 32 },
  '2b240303020801010b': { name: 'brainpoolP384r1', kind: 'ecdsa', size: 48 },
  '2b240303020801010d': { name: 'brainpoolP512r1', kind: 'ecdsa', size: 64 },
};

const EDDSA: Readonly<Record<string, Curve & { readonly name: 'ed25519' | 'ed448' }>> = {
  '2b06010401da470f01': { name: 'ed25519', kind: 'eddsa', size: 32 },
  '2b6571': { name: 'ed448', kind: 'eddsa', size: 57 },
};

export function ecdsaCurve(oid: string): Curve | null {
  return ECDSA[oid] ?? null;
}

export function eddsaCurve(oid: string): (Curve & { readonly name: 'ed25519' | 'ed448' }) | null {
  return EDDSA[oid] ?? null;
}
