// What arithmetic says of one signature: facts that no policy, no clock and no keyring's opinion changes.

/** How a signature stands to the bytes and to the keys that were known. */
export type Proof =
  /** `key`: fingerprint of the key that made it. */
  | { readonly kind: 'verified'; readonly key: string }
  /** `key`: the key that it names and that did not make it over these bytes. Null: no key is needed to see that. */
  | { readonly kind: 'failed'; readonly key: string | null }
  | { readonly kind: 'no-key' }
  | { readonly kind: 'malformed' | 'unsupported'; readonly why: string };

/** Plain values: it travels between threads and is kept. */
export interface SignatureEvidence {
  readonly proof: Proof;
  readonly version: number | null;
  /** `sha256`; null where the signature cannot be read so far. */
  readonly hash: string | null;
  readonly isWeakHash: boolean;
  /** Upper-case hex: a fingerprint where it names one, else a key ID. */
  readonly issuer: string | null;
  /** Epoch seconds. */
  readonly created: number | null;
  /** From when on its maker does not stand by it any more, epoch seconds. */
  readonly expires: number | null;
  /** The armor around it was changed on the way, and yet it verifies. */
  readonly isDamaged: boolean;
  /** Only of SSH signatures. */
  readonly ssh?: SshFacts;
}

export interface SshFacts {
  /** `ed25519`, `rsa3072`; null: it cannot be read so far. */
  readonly algorithm: string | null;
  readonly isWeak: boolean;
  /** What the signature says it is for. */
  readonly namespace: string;
}

/** All that one file beside an artifact says of it. */
export interface FileEvidence {
  /** Repository path of the signature file. */
  readonly path: string;
  /** Of the signature file, lower-case hex. */
  readonly sha256: string;
  readonly kind: 'openpgp' | 'ssh' | 'sigstore';
  readonly signatures: readonly SignatureEvidence[];
}
