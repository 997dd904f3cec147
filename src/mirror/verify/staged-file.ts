import type { ChecksumFile } from '../../maven/checksum-file.ts';
import type { ParsedMetadata } from '../../maven/metadata.ts';
import type { FileEvidence } from './signature/evidence.ts';

/** Which digests to make beside sha256 and sha1, which are always made. */
export interface Wanted {
  readonly path: string;
  readonly md5: boolean;
  readonly sha512: boolean;
  /** Signature files beside it that are to be proven in the same read; not said: none is asked about. */
  readonly signatures?: readonly SignaturePlace[];
}

export interface SignaturePlace {
  /** Repository path. */
  readonly path: string;
  /** The folder below which it lies now. */
  readonly folder: string;
}

/** What one read of a staged file says. Facts only: nothing here is judged. */
export interface StagedFile {
  readonly path: string;
  readonly size: number;
  /** As staged, epoch milliseconds, whole seconds. */
  readonly mtime: number;
  /** ctime when it was opened for reading, milliseconds: nobody can set it, so whoever wrote since has moved it. */
  readonly changedAt: number;
  readonly sha256: Buffer;
  readonly sha1: Buffer;
  readonly md5: Buffer | null;
  readonly sha512: Buffer | null;
  /** What a checksum file claims. */
  readonly sum: ChecksumFile | null;
  /** The bytes begin as an HTML page does. */
  readonly isPage: boolean;
  /** Why a POM or metadata file is not well-formed XML, or null. */
  readonly xmlFault: string | null;
  readonly metadata: ParsedMetadata | null;
  /** What the signature files beside it say of these bytes: those that were asked about and were there. Null: none was asked about. */
  readonly signatures: readonly FileEvidence[] | null;
}
