import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from '../../host/clock.ts';
import { CodedError, systemCode } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';

export interface TlsFiles {
  /** PEM: the server's own certificate first, then those up to the authority. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly key: string;
  /** `legacy` also takes TLS 1.0 and 1.1, whose SHA-1 signatures OpenSSL 3 allows at security level 0 alone. */
  readonly profile: 'modern' | 'legacy';
}

/**
 * Reads certificate and key and sees that they belong together, so that a wrong pair stops a start or a reload and never a client. An expired
 * certificate is only warned of: clients that do not check it go on. Throws `certificate-unreadable`, `certificate-malformed` or `certificate-mismatch`.
 */
export function loadCertificate(files: TlsFiles, logger: Logger, clock: Pick<Clock, 'now'>): SecureContextOptions {
  const cert = readPem(files.certificate);
  const key = readPem(files.key);
  const certificate = parseCertificate(cert, files.certificate);
  if (!certificate.checkPrivateKey(parseKey(key, files.key))) {
    throw new CodedError('certificate-mismatch', `${files.key} is not the key of ${files.certificate}.`, {
      path: files.key,
      remedy:
        "The server's own certificate must stand first in its file; look whether one of the two was renewed alone.",
    });
  }
  warnOfDates(certificate, files.certificate, logger, clock.now());
  return { cert, key, ...PROFILES[files.profile] };
}

const PROFILES = {
  modern: { minVersion: 'TLSv1.2' },
  legacy: { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' },
} as const satisfies Record<TlsFiles['profile'], SecureContextOptions>;

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
