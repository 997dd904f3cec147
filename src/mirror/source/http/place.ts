/** Where at a web server the repository lies. */
export interface WebPlace {
  /** For people, and the base of all addresses: with a slash at its end. */
  readonly url: string;
  /** The address of a repository path; of a folder with a slash at its end, and `''` is the repository itself. */
  at(path: string): URL;
}

export function webPlace(base: string): WebPlace {
  const url = new URL(base);
  url.hash = '';
  url.search = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return {
    url: url.href,
    // `+` too: some stores take it for a blank when it stands there as it is.
    at: (path) => new URL(`${url.href}${path.split('/').map(encodeURIComponent).join('/')}`),
  };
}
