// Signatures: what lies beside an artifact is read and proven while the artifact is hashed (digest), and judged here, by the keyring, the keysmap and
// the clock of now. Facts come in as values; nothing here fetches a key.

export type { Certificate, CertificateKey } from './key/certificate.ts';
export {
  type CertificateFile,
  type CertificateReading,
  type ReadCertificate,
  readCertificates,
} from './key/certificate-reader.ts';
export { type Keyset, keysetOf } from './key/keyset.ts';
export { type Keysmap, type KeysmapFault, parseKeysmap } from './key/keysmap.ts';
export { armoredKeys } from './openpgp/armor.ts';
export { CLASSES, type SignatureClass, type WithoutSignature } from './signature/class.ts';
export type { FileEvidence, SignatureEvidence } from './signature/evidence.ts';
export {
  type Continuity,
  type JudgedFile,
  type JudgedSignature,
  type Judges,
  judgeSignatures,
} from './signature/judgement.ts';
export { type NewsRoom, type SignatureNews, standSignatureNews } from './signature/news.ts';
export {
  batchesOf,
  type JudgedPublished,
  judgePublished,
  type PublishedRoom,
  type Signed,
  signedAt,
} from './signature/published.ts';
export {
  isSameVersions,
  openSignatureRecord,
  type RecordedBefore,
  type RecordedFile,
  type SignatureRecord,
  type Signer,
  type Versions,
} from './signature/record.ts';
export {
  continuityOfEach,
  isExpectedSigned,
  judgeAt,
  recordedAs,
  referenceTime,
  type Signing,
} from './signature/signing.ts';
export { type ChangedClass, type TurnOutcome, type TurnRoom, takeTurn } from './signature/turn.ts';
export { type AllowedSigners, parseAllowedSigners } from './ssh/allowed-signers.ts';
