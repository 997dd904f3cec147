import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { DAY } from '../../host/clock.ts';
import { type Check, fault, good, type Symptom, unknown, warning } from './symptom.ts';

export interface TlsPair {
  readonly certificate: string;
  readonly key: string;
}

/** Certificates of a month are renewed ten days before their end: what is nearer has not been renewed. */
const RENEWED_BEFORE_MS = 10 * DAY;
/** Beyond this a handshake takes one more round trip with many clients. */
const CHAIN_CEILING = 8 * 1024;

/** Each certificate as clients will see it: the names, the days that are left, the chain, the key. `name` is what this installation is called. */
export function certificateCheck(pairs: readonly TlsPair[], name: string, now: number): Check {
  return {
    name: 'certificate',
    look: () => pairs.flatMap((pair, index) => symptomsOf(pair, index === 0 ? name : null, now)),
  };
}

function symptomsOf({ certificate: file, key }: TlsPair, name: string | null, now: number): Symptom[] {
  const chain = chainIn(file);
  const [own, ...others] = chain;
  if (own === undefined)
    return [fault(`${file} holds no certificate.`, 'Expected is PEM text, the own certificate first.')];
  if (!own.checkPrivateKey(createPrivateKey(readFileSync(key))))
    return [
      fault(
        `${key} is not the key of ${file}.`,
        'Was only one of the two renewed? The own certificate stands first in its file.',
      ),
    ];
  const bad = [
    datesOf(own, file, now),
    namesOf(own, file, name),
    chainOf(own, others, file),
    sizeOf(chain, file),
  ].flat();
  const days = Math.floor((own.validToDate.getTime() - now) / DAY);
  return bad.length > 0
    ? bad
    : [good(`${file}: ${days} days left, ${own.subjectAltName ?? own.subject}, chain of ${chain.length}.`)];
}

function chainIn(file: string): X509Certificate[] {
  const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((pem) => new X509Certificate(pem));
}

function datesOf(own: X509Certificate, file: string, now: number): Symptom[] {
  const left = own.validToDate.getTime() - now;
  const renew = 'Renew it, then `systemctl reload assay`; the daemon also reads the file when it changes.';
  if (own.validFromDate.getTime() > now)
    return [fault(`${file} is not valid before ${own.validFrom}.`, 'Look at the clock of this machine.')];
  if (left < 0) return [fault(`${file} has ended on ${own.validTo}.`, renew)];
  const wholeMs = own.validToDate.getTime() - own.validFromDate.getTime();
  if (left > Math.min(RENEWED_BEFORE_MS, wholeMs / 3)) return [];
  return [warning(`${file} ends in ${Math.floor(left / DAY)} days, and was not renewed yet.`, renew)];
}

function namesOf(own: X509Certificate, file: string, name: string | null): Symptom[] {
  if (name === null || own.checkHost(name) !== undefined) return [];
  return [
    warning(
      `${file} is not for ${name}, the name of this installation, but for ${own.subjectAltName ?? 'nobody'}.`,
      'Clients that ask for that name will refuse it: let the certificate have it among its names.',
    ),
  ];
}

/** Clients know roots, not what stands between: those must be in the file, each signed by the next. */
function chainOf(own: X509Certificate, others: readonly X509Certificate[], file: string): Symptom[] {
  const chain = [own, ...others];
  const gap = chain.findIndex((each, index) => index + 1 < chain.length && !isSignedBy(each, chain[index + 1]));
  if (gap >= 0)
    return [
      fault(
        `${file}: certificate ${gap + 2} has not signed the one before it.`,
        'Put them in order: own, then those above it.',
      ),
    ];
  const last = chain.at(-1) ?? own;
  if (own.issuer === own.subject)
    return [
      warning(`${file} is signed by itself: build tools refuse it.`, 'Get one from a public authority, certbot say.'),
    ];
  if (isSignedBy(last, last) || rootCertificates.some((pem) => isSignedBy(last, new X509Certificate(pem)))) return [];
  return [
    unknown(
      `${file} ends with a certificate of ${last.issuer.replaceAll('\n', ', ')}, which is none of the public authorities.`,
      'With an authority of your own that is right. Else the chain is cut: use fullchain.pem in place of cert.pem.',
    ),
  ];
}

function isSignedBy(certificate: X509Certificate, by: X509Certificate | undefined): boolean {
  return by !== undefined && certificate.checkIssued(by) && certificate.verify(by.publicKey);
}

function sizeOf(chain: readonly X509Certificate[], file: string): Symptom[] {
  const bytes = chain.reduce((sum, each) => sum + each.raw.length, 0);
  if (bytes <= CHAIN_CEILING) return [];
  return [
    warning(
      `${file} has ${bytes} bytes of certificates: each handshake takes a round trip more.`,
      'Leave the root out, and choose an ECDSA key.',
    ),
  ];
}
