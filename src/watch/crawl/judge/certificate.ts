import { found, type Judgement } from './verdict.ts';

/** Whether a TLS fault is about the certificate, and not about the handshake: the codes of OpenSSL, and of the comparison with the name. */
export function certificateFault(detail: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH/.test(detail);
}

const DAY_MS = 86_400_000;
const MOST_WARNING_MS = 14 * DAY_MS;
/** Who renews at a third of the term has missed it twice over then. */
const WARNING_PART = 1 / 5;
/** Certificates of six days are renewed with three left (ACME clients halve short terms); somebody needs time to come and look. */
const LEAST_WARNING_MS = 2 * DAY_MS;

/** A certificate that was taken, and ends soon; null while it need not be renewed yet. */
export function certificateVerdict(
  certificate: { readonly validFrom: number; readonly validTo: number },
  now: number,
): Judgement | null {
  const left = certificate.validTo - now;
  const term = certificate.validTo - certificate.validFrom;
  if (left > Math.max(LEAST_WARNING_MS, Math.min(MOST_WARNING_MS, term * WARNING_PART))) return null;
  const until = new Date(certificate.validTo).toISOString();
  return found('certificate-expiring', 'mirror', `Its certificate ends at ${until} and was not renewed.`, {
    basis: 'claim',
  });
}
