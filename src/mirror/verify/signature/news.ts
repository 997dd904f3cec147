// What a published file's signatures give reason to say. All of it is a notice: what `require` minds was refused before it came here.

import type { FindingRecord } from '../../../finding/record.ts';
import type { RecordedFile } from './record.ts';

export interface SignatureNews {
  readonly file: RecordedFile;
  /** Paths of released signatures in whose place others came. */
  readonly replaced: readonly string[];
}

interface Saying {
  readonly verdict: 'signature-bad' | 'signature-changed' | 'signature-stripped' | 'signer-changed';
  readonly why: string;
}

export interface NewsRoom {
  readonly findings: Pick<FindingRecord, 'stand' | 'resolve'>;
  readonly generation: number;
  /** Nothing was ever said of any file: nothing need be taken back. */
  readonly isBlank: boolean;
}

/** They stand at the signature's path, whether it is there or not, so that what is said of the file itself ends apart from them. */
export function standSignatureNews({ file, replaced }: SignatureNews, room: NewsRoom, now: number): void {
  const path = file.evidence[0]?.path ?? `${file.path}.asc`;
  if (!room.isBlank) room.findings.resolve(path, now, 'gate');
  for (const { verdict, why } of sayings(file, replaced)) {
    room.findings.stand(
      {
        ...{ foundBy: 'gate', verdict, severity: 'notice', path, why, expected: null },
        observed: { size: null, sha256: file.evidence[0]?.sha256 ?? null },
        ...{ blame: 'publisher', generation: room.generation },
      },
      now,
    );
  }
}

function sayings(file: RecordedFile, replaced: readonly string[]): Saying[] {
  const says: Saying[] = [];
  if (hasBad(file)) {
    says.push({
      verdict: 'signature-bad',
      why: `a signature beside it is of other bytes; the file counts as ${file.class}`,
    });
  }
  if (file.continuity === 'changed') {
    says.push({
      verdict: 'signer-changed',
      why: `${file.certificate ?? file.issuer ?? 'nobody'} signed it, and others what came before`,
    });
  }
  if (file.continuity === 'stripped')
    says.push({ verdict: 'signature-stripped', why: 'it is not signed, and the version before it was' });
  for (const path of replaced) {
    says.push({
      verdict: 'signature-changed',
      why: `the origin has another ${path} now; the one before is kept in former/`,
    });
  }
  return says;
}

function hasBad({ evidence }: RecordedFile): boolean {
  return evidence.some(({ signatures }) => signatures.some(({ proof }) => proof.kind === 'failed'));
}
