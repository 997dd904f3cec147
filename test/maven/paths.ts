import fc from 'fast-check';

const SUFFIXES = ['', '', '.md5', '.sha1', '.sha256', '.sha512', '.asc', '.sig', '.sigstore', '.sigstore.json'];

const word = fc.constantFrom('a', 'b', 'foo', 'a.b', 'a-b', 'foo_x', '.md5', '.asc', 'md5');
const version = fc.constantFrom('1', '1.0', '1.0-2', '1.0+x', '1.0-SNAPSHOT', '2.0.Final', '1.0-20261121.013000-1');
const sidecars = fc.array(fc.constantFrom(...SUFFIXES), { maxLength: 3 }).map((all) => all.join(''));

const versioned = fc
  .tuple(word, word, version, fc.constantFrom('.jar', '.pom', '-sources.jar', '.tar.gz', '', '/x.jar'), sidecars)
  .map(([group, artifact, v, rest, suffix]) => `${group}/${artifact}/${v}/${artifact}-${v}${rest}${suffix}`);

const other = fc
  .tuple(
    fc.array(fc.oneof(word, version), { maxLength: 4 }),
    fc.constantFrom('maven-metadata.xml', 'maven-metadata-x.xml', 'feed.gz', '.md5', 'a-1.0.jar', 'index.html'),
    sidecars,
  )
  .map(([folders, name, suffix]) => [...folders, name + suffix].join('/'));

/** Paths that the rules of the layout can trip over: chains of suffixes, groups named as artifacts, names that are suffixes. */
export const repositoryPath: fc.Arbitrary<string> = fc.oneof(versioned, other);
