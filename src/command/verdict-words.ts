const WORDS: Readonly<Record<string, string>> = {
  'checksum-mismatch': "none of the origin's sums fits the bytes",
  'torn-group': 'file and sums are of different times at the origin',
  'signature-bad': 'the signature does not fit the bytes',
  'signature-policy': 'not signed as the keysmap wants it',
  'immutable-changed': 'a released file changed at the origin; the old bytes stay served',
  'unsafe-path': 'a name that cannot be published',
  'impostor-page': 'a web page came instead of the file',
  'too-large': 'larger than source.max_file_mib',
  'incomplete-version': 'waits for the rest of its version',
  'sidecar-pending': 'waits for its checksum file',
  'metadata-shrinks': 'metadata drops a version that is served, or goes back in time',
  unconfirmed: 'waits to be confirmed by the origin',
};

/** What a verdict of the gate means, for people; the verdict itself where we have no words for it. */
export function verdictWords(verdict: string): string {
  return WORDS[verdict] ?? verdict;
}
