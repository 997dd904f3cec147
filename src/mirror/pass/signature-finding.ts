// What a published file's signatures give reason to say. Nearly all of it is a notice: what `require` minds was refused before it came here.

import type { RecordedFile } from '../verify/signature.ts';
import type { Bench } from './judging.ts';

export interface SignatureNews {
  readonly file: RecordedFile;
  /** Paths of released signatures in whose place others came. */
  readonly replaced: readonly string[];
}

interface Saying {
  readonly verdict: 'signature-bad' | 'signature-changed' | 'signature-stripped' | 'signer-changed';
  readonly why: string;
}

/** They stand at the signature's path, whether it is there or not, so that what is said of the file itself ends apart from them. */
export function standSignatureFindings(news: SignatureNews, bench: Bench): void {
  const { room, now, generation } = bench;
  const path = news.file.evidence[0]?.path ?? `${news.file.path}.asc`;
  if (!bench.isBlank) room.findings.resolve(path, now, 'gate');
  for (const { verdict, why } of sayings(news)) {
    // Whoever requires signatures wants to know that one was exchanged, though the keysmap allows the new one, too.
    const isTrouble = verdict === 'signature-changed' && room.signing?.mode === 'require';
    room.findings.stand(
      {
        ...{ foundBy: 'gate', verdict, severity: isTrouble ? 'warning' : 'notice', path, why, expected: null },
        observed: { size: null, sha256: news.file.evidence[0]?.sha256 ?? null },
        ...{ blame: 'publisher', generation },
      },
      now,
    );
  }
}

function sayings({ file, replaced }: SignatureNews): Saying[] {
  const says: Saying[] = [];
  const isBad = file.evidence.some(({ signatures }) => signatures.some(({ proof }) => proof.kind === 'failed'));
  if (isBad)
    says.push({
      verdict: 'signature-bad',
      why: `a signature beside it is of other bytes; the file counts as ${file.class}`,
    });
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
