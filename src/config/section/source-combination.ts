// What cannot be together in a source, and why.

import { compileFilter } from '../../maven/glob.ts';
import { parseBucketUrl } from '../../mirror/source/s3/s3.ts';
import { combination } from '../combination.ts';
import { schemeOf } from '../format.ts';
import { sourceSection } from './source.ts';

const SCHEMES = { rsync: ['rsync:'], s3: ['s3:'], http: ['https:', 'http:'] } as const;

export const sourceCombinations = [
  combination(sourceSection, ['kind', 'url'], 'url', ({ kind, url }) => {
    const schemes: readonly string[] = SCHEMES[kind];
    if (!schemes.includes(schemeOf(url) ?? ''))
      return `a URL that begins with ${schemes.join('// or ')}// (kind is ${kind})`;
    if (kind === 'rsync' && (URL.parse(url)?.pathname.length ?? 0) < 2)
      return 'a URL that names a module, rsync://HOST/MODULE/';
    if (kind === 's3' && parseBucketUrl(url) === null)
      return 'a URL that names a bucket, s3://BUCKET/ or s3://BUCKET/PREFIX/';
    if (kind === 'http' && URL.parse(url)?.search !== '') return 'a URL without a query';
    return null;
  }),
  combination(sourceSection, ['url'], 'url', ({ url }) =>
    URL.parse(url)?.password ? 'a URL without a password: put it into a file and name that in password_file' : null,
  ),
  combination(sourceSection, ['kind', 'ssh'], 'ssh', ({ kind, ssh: tunnel }) =>
    tunnel === null || kind === 'rsync' ? null : 'null: ssh goes with kind rsync only',
  ),
  combination(sourceSection, ['kind', 'password_file'], 'password_file', ({ kind, password_file: file }) =>
    file === null || kind === 'rsync' ? null : 'null: password_file goes with kind rsync only',
  ),
  ...(['endpoint', 'credentials_file', 'machine_role', 'requester_pays', 'path_style'] as const).map((key) =>
    combination(sourceSection, ['kind', key], key, (values) =>
      values.kind === 's3' || values[key] === null || values[key] === false
        ? null
        : `the default: ${key} goes with kind s3 only`,
    ),
  ),
  combination(sourceSection, ['credentials_file', 'machine_role'], 'machine_role', (source) =>
    source.machine_role && source.credentials_file !== null ? 'false: credentials_file says whose keys are used' : null,
  ),
  combination(
    sourceSection,
    ['requester_pays', 'credentials_file', 'machine_role'],
    'requester_pays',
    ({ requester_pays: pays, credentials_file: file, machine_role: role }) =>
      pays && file === null && !role ? 'false, or credentials_file, or machine_role: nobody would be charged' : null,
  ),
  combination(sourceSection, ['kind', 'mode'], 'mode', ({ kind, mode }) =>
    mode === null || kind === 'http' ? null : 'null: mode goes with kind http only',
  ),
  combination(sourceSection, ['kind', 'release_feed'], 'release_feed', ({ kind, release_feed: feed }) =>
    feed !== null && kind === 'rsync' ? 'null: rsync lists everything in each pass' : null,
  ),
  combination(sourceSection, ['mode', 'release_feed'], 'release_feed', ({ mode, release_feed: feed }) => {
    if (mode === 'release-feed' && feed === null) return 'the URL of a release feed (mode is release-feed)';
    if (feed !== null && (mode === 'inventory' || mode === 'on-demand')) return `null (mode is ${mode})`;
    return null;
  }),
  combination(sourceSection, ['mode', 'public_key'], 'public_key', ({ mode, public_key: key }) => {
    if (mode === 'inventory') return key === null ? 'the public key of the assay upstream (mode is inventory)' : null;
    return key === null ? null : 'null: public_key goes with mode inventory only';
  }),
  combination(sourceSection, ['mode', 'include'], 'include', ({ mode, include }) =>
    mode === 'metadata' && !(include.length > 0 && include.every(namesArtifacts(include)))
      ? 'folders of artifacts, such as "org/example/tool/**" (mode is metadata)'
      : null,
  ),
  combination(sourceSection, ['url', 'mode'], 'mode', ({ url, mode }) =>
    !isCentral(url) || mode === 'on-demand' || mode === 'metadata' ? null : CENTRAL,
  ),
];

/** Each glob is a folder and all that is below it, and there is one. */
function namesArtifacts(include: readonly string[]): (glob: string) => boolean {
  const { includedPrefixes } = compileFilter({ include, exclude: [] });
  return (glob) => includedPrefixes !== null && /(?:\/|\/\*\*)$/.test(glob);
}

const CENTRAL =
  'on-demand, or metadata with the artifacts you need in `include`: Maven Central takes mirroring and crawling for abuse (429, then 403 for your whole network)';

/** The hosts of Maven Central. Its copies at others have operators of their own who say what they allow. */
function isCentral(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return /^(?:repo\d?|uk|central)\.maven\.org$|^repo\.maven\.apache\.org$|^(?:repo|central)\.(?:maven|sonatype)\.(?:org|com)$/.test(
    host,
  );
}
