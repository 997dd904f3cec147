// Which TLS is spoken. Neither profile ever has DHE, EXPORT, RC4, 3DES or a cipher without authentication.

import type { SecureContextOptions } from 'node:tls';

export type TlsProfile = 'modern' | 'legacy';

const TLS_1_3 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
/** Forward secrecy and authenticated encryption alone. */
const MODERN = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap((cipher) => [
  `ECDHE-ECDSA-${cipher}`,
  `ECDHE-RSA-${cipher}`,
]);
/** What Java 6 and 7 and HTTP clients of that time can do, the better half first. */
const LEGACY = [
  'ECDHE-ECDSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'AES128-GCM-SHA256',
  'AES128-SHA',
];

export const TLS_PROFILES: Readonly<Record<TlsProfile, SecureContextOptions>> = {
  modern: { minVersion: 'TLSv1.2', ciphers: [...TLS_1_3, ...MODERN].join(':'), honorCipherOrder: true },
  // TLS 1.0 and 1.1 sign with SHA-1, which OpenSSL 3 allows at security level 0 alone.
  legacy: {
    minVersion: 'TLSv1',
    ciphers: [...TLS_1_3, ...MODERN, ...LEGACY, '@SECLEVEL=0'].join(':'),
    honorCipherOrder: true,
  },
};
