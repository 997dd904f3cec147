import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { Clock } from '../../host/clock.ts';
import { CodedError, systemCode } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import { TLS_PROFILES, type TlsProfile } from './tls-profile.ts';

/** A certificate and its key, both PEM. */
export interface CertificateFiles {
  /** The server's own certificate first, then those up to the authority. */
  readonly certificate: string;
  /** Not encrypted. */
  readonly key: string;
}

export interface TlsFiles extends CertificateFiles {
  readonly profile: TlsProfile;
  /** Further ones, for clients that ask for a name that theirs is for; the first certificate is for everybody else. */
  readonly also: readonly CertificateFiles[];
}

export interface LoadedCertificates {
  /** For clients that name nobody, or nobody whom we know. */
  readonly standard: SecureContextOptions;
  /** The context for a name of a further certificate, or null. */
  contextOf(name: string): SecureContext | null;
  /** When the first of them ends, epoch milliseconds. */
  readonly notAfter: number;
}

/**
 * Reads certificates and keys and sees that they belong together, so that a wrong pair stops a start or a reload and never a client. An expired
 * certificate is only warned of: clients that do not check it go on. Throws `certificate-unreadable`, `certificate-malformed` or `certificate-mismatch`.
 */
export function loadCertificates(files: TlsFiles, logger: Logger, clock: Pick<Clock, 'now'>): LoadedCertificates {
  const profile = TLS_PROFILES[files.profile];
  const now = clock.now();
  const [standard, ...others] = [files, ...files.also].map((pair) => {
    const loaded = loadPair(pair);
    warnOfDates(loaded.certificate, pair.certificate, logger, now);
    return { ...loaded, options: { cert: loaded.cert, key: loaded.secret, ...profile } };
  });
  if (standard === undefined) throw new TypeError('no certificate was named');
  const further = others.map(({ certificate, options }) => ({ certificate, context: createSecureContext(options) }));
  const ends = [standard, ...others].map(({ certificate }) => certificate.validToDate.getTime());
  return {
    standard: standard.options,
    contextOf: (name) => further.find(({ certificate }) => certificate.checkHost(name) !== undefined)?.context ?? null,
    notAfter: Math.min(...ends),
  };
}

function loadPair(files: CertificateFiles): { cert: Buffer; secret: Buffer; certificate: X509Certificate } {
  const cert = readPem(files.certificate);
  const secret = readPem(files.key);
  const certificate = parseCertificate(cert, files.certificate);
  if (!certificate.checkPrivateKey(parseKey(secret, files.key))) {
    throw new CodedError('certificate-mismatch', `${files.key} is not the key of ${files.certificate}.`, {
      path: files.key,
      remedy:
        "The server's own certificate must stand first in its file; look whether one of the two was renewed alone.",
    });
  }
  return { cert, secret, certificate };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CodedError('certificate-unreadable', `Could not read ${path} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path,
      remedy: 'Look at serve.tls, and whether the user that runs assay may read the file.',
    });
  }
}

function parseCertificate(pem: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw malformed(path, 'certificate', cause);
  }
}

function parseKey(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw malformed(path, 'private key', cause);
  }
}

function malformed(path: string, what: string, cause: unknown): CodedError {
  return new CodedError('certificate-malformed', `${path} holds no ${what} in PEM form that can be used.`, {
    cause,
    path,
    remedy: 'Expected is PEM text (-----BEGIN ...), the key without a passphrase.',
  });
}

function warnOfDates(certificate: X509Certificate, path: string, logger: Logger, now: number): void {
  if (now > certificate.validToDate.getTime()) {
    logger.warn({ path, expired: certificate.validTo }, 'certificate has expired');
  } else if (now < certificate.validFromDate.getTime()) {
    logger.warn({ path, valid_from: certificate.validFrom }, 'certificate is not valid yet');
  }
}
