// A certificate authority that lives for one demo or one test, and one server certificate by it. Nobody is ever asked to trust it for longer.

// The library's container of parts asks for this polyfill before it is loaded itself.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { DAY, MINUTE } from '../host/clock.ts';

export interface CertificateOptions {
  /** Host names; the first is the subject's common name. */
  readonly names: readonly string[];
  /** IP addresses as text, `127.0.0.1` or `::1`. */
  readonly addresses: readonly string[];
  /** Epoch milliseconds. The certificates are valid from five minutes before, so that a clock a little behind takes them too. */
  readonly now: number;
  readonly days: number;
}

export interface MadeCertificate {
  /** What a client is given to trust: `curl --cacert`, lein's `:certificates`. */
  readonly caPem: string;
  /** The server's own certificate followed by the authority's. */
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

const EARLIER_MS = 5 * MINUTE;
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

interface Authority {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: X509Certificate;
}

/** Makes an authority and a server certificate for all names and addresses, P-256 and fresh keys each time. curl, OpenSSL, Node.js and Java take them. */
export async function makeCertificate(options: CertificateOptions): Promise<MadeCertificate> {
  const authority = await makeAuthority(options);
  const keys = await makeKeys();
  const certificate = await makeLeaf(options, authority, keys.publicKey);
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const caPem = `${authority.certificate.toString('pem')}\n`;
  return {
    caPem,
    certificatePem: `${certificate.toString('pem')}\n${caPem}`,
    keyPem: `${PemConverter.encode(key, PemConverter.PrivateKeyTag)}\n`,
  };
}

async function makeAuthority(options: CertificateOptions): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['assay demo authority'] }],
    keys,
    ...validity(options),
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { keys, certificate };
}

async function makeLeaf(
  options: CertificateOptions,
  authority: Authority,
  publicKey: webcrypto.CryptoKey,
): Promise<X509Certificate> {
  const commonName = options.names[0] ?? options.addresses[0] ?? 'localhost';
  return X509CertificateGenerator.create({
    subject: [{ CN: [commonName] }],
    issuer: authority.certificate.subjectName.toJSON(),
    publicKey,
    signingKey: authority.keys.privateKey,
    ...validity(options),
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      // RFC 9525: clients look at the alternative names alone, and an address counts only as an address.
      new SubjectAlternativeNameExtension([
        ...options.names.map((value) => ({ type: 'dns' as const, value })),
        ...options.addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
    ],
  });
}

function validity(options: CertificateOptions): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(options.now - EARLIER_MS), notAfter: new Date(options.now + options.days * DAY) };
}

async function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}
