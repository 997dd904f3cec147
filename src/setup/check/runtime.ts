import { type Check, fault, good, unknown, warning } from './symptom.ts';

export interface Runtime {
  readonly node: string;
  readonly openssl: string;
}

/** The Node.js with which everything is tested. */
const TESTED = 24;

/** OpenSSL versions that nobody should face the internet with, by what is wrong with them. */
const BAD_OPENSSL: readonly { readonly of: RegExp; readonly why: string }[] = [
  { of: /^1\./, why: 'is past its end of life' },
  { of: /^3\.0\.[0-6]\b/, why: 'lets a certificate write past a buffer (CVE-2022-3602)' },
  { of: /^3\.[1-4]\./, why: 'is past its end of life, or near it' },
];

export function runtimeCheck({ node, openssl }: Runtime): Check {
  return {
    name: 'runtime',
    look() {
      const words = `Node.js ${node}, OpenSSL ${openssl}`;
      const bad = BAD_OPENSSL.find(({ of }) => of.test(openssl));
      if (bad !== undefined)
        return [fault(`OpenSSL ${openssl} ${bad.why}.`, 'Run the release, which brings its own Node.js and OpenSSL.')];
      const major = Number(node.split('.')[0]);
      if (major < TESTED) return [fault(`${words}; Node.js ${TESTED} is needed.`, 'Run the release.')];
      if (major > TESTED) return [warning(`${words}: assay was tested with Node.js ${TESTED}.`, 'Run the release.')];
      return Number.isNaN(major) ? [unknown(words)] : [good(`${words}.`)];
    },
  };
}
