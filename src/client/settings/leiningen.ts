// Leiningen's profiles.clj. `:mirrors` alone has one mirror for a repository and nothing behind it; what else is to be asked is added as a
// repository of its own, at which Leiningen warns once that builds of others will not know it.

import { clojureString, matchesAny, placeInClojure, type Wanted } from '../edit/clojure.ts';
import { entriesOf, type Form } from '../edit/clojure-reader.ts';
import { commented, headLines, type ToolSettings, withoutOrigin } from './tool.ts';
import { escaped, fault, isPlain, patternOf, type Repository, stopsOf, type Wish } from './wish.ts';

const STYLE = { open: ';; ', close: '' };

export const leiningen: ToolSettings = {
  place: '~/.lein/profiles.clj',
  style: STYLE,
  skeleton: '{}\n',
  objection: (wish) =>
    wish.mirrors.some(isPlain)
      ? fault('Leiningen refuses plain HTTP, also from this machine.', 'Give the https:// address of the mirror.')
      : null,
  placed: (text, wish) =>
    placeInClojure(text, ':user', wantedOf(wish), commented(remarksOf(wish), STYLE), objectionOf(wish)),
};

function remarksOf(wish: Wish): string[] {
  return [
    ...headLines('leiningen', wish, (words) => words),
    ...withoutOrigin(wish),
    'A sum that does not fit is an error. `lein deploy` goes where it went before.',
    ...(extraStops(wish).length === 0
      ? []
      : ['It warns of :repositories here, rightly: LEIN_SUPPRESS_USER_LEVEL_REPO_WARNINGS=1 silences that.']),
  ];
}

function wantedOf(wish: Wish): Wanted[] {
  const { certificateFile } = wish;
  const extra = extraStops(wish);
  const wanted: Wanted[] = [
    { key: ':mirrors', kind: 'map', lines: wish.repositories.map((repository) => mirrorLine(repository, wish)) },
  ];
  if (extra.length > 0) wanted.push({ key: ':repositories', kind: 'vector', lines: extra });
  if (certificateFile !== null) {
    wanted.push({ key: ':certificates', kind: 'vector', lines: [clojureString(certificateFile)] });
  }
  return wanted;
}

/** The key must match a whole name or a whole address: one that matches a part leaves the repository as it was, without a word. */
function mirrorLine(repository: Repository, wish: Wish): string {
  const [{ id, url }] = stopsOf(wish, repository);
  // Where the origin stays behind the mirror its address must not be mirrored as well.
  const pattern = wish.mode === 'prefer' ? repository.ids.map(escaped).join('|') : patternOf(repository);
  return `#"${pattern}" {:name ${clojureString(id)} ${optionsText(url, repository)}}`;
}

function optionsText(url: string, { snapshots }: Repository): string {
  return `:url ${clojureString(url)} :checksum :fail${snapshots ? '' : ' :snapshots false'}`;
}

/** What is asked behind the mirror, each as an entry of `:repositories`. */
function extraStops(wish: Wish): string[] {
  return wish.repositories.flatMap((repository) =>
    stopsOf(wish, repository)
      .slice(1)
      .map(({ id, url }) => `[${clojureString(id)} {${optionsText(url, repository)}}]`),
  );
}

/** Leiningen ends with "Multiple mirrors" where two entries match one repository. */
function objectionOf(wish: Wish): (key: string, collection: Form) => string | null {
  const names = wish.repositories.flatMap(({ ids, origin }) => [...ids, ...(origin === null ? [] : [origin])]);
  return (key, collection) => {
    if (key !== ':mirrors') return null;
    const rival = entriesOf(collection).find(([each]) => matchesAny(each, names));
    return rival === undefined ? null : `:mirrors has an entry for the same repository, ${rival[0].text}`;
  };
}
