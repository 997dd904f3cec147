// deps.edn of the user, for tools.deps and the Clojure CLI. It asks central, then clojars, then the others in their order, and goes on to the
// next where one does not answer. A project's own :mvn/repos wins over it, and the mirrors of settings.xml are applied on top.

import { clojureString, placeInClojure, type Wanted } from '../edit/clojure.ts';
import { entriesOf, type Form } from '../edit/clojure-reader.ts';
import { commented, headLines, type ToolSettings, withoutOrigin } from './tool.ts';
import { isPlain, stopsOf, type Wish } from './wish.ts';

const STYLE = { open: ';; ', close: '' };

export const deps: ToolSettings = {
  place: '~/.clojure/deps.edn',
  style: STYLE,
  skeleton: '{}\n',
  objection: () => null,
  placed: (text, wish) =>
    placeInClojure(text, null, [wantedOf(wish)], commented(remarksOf(wish), STYLE), objectionOf(wish)),
};

function remarksOf(wish: Wish): string[] {
  const { certificateFile } = wish;
  return [
    ...headLines('deps', wish, (words) => words),
    ...withoutOrigin(wish),
    'The checksum policy is :warn where nothing is said. A project that has one of these in its own :mvn/repos asks that.',
    ...(wish.mirrors.some(isPlain) ? ['Plain HTTP needs CLOJURE_CLI_ALLOW_HTTP_REPO=true in the environment.'] : []),
    ...(certificateFile === null ? [] : [`Java must trust ${certificateFile}: see README, "A private certificate".`]),
  ];
}

function wantedOf(wish: Wish): Wanted {
  const lines = wish.repositories.flatMap((repository) =>
    stopsOf(wish, repository).map(({ id, url }) => {
      const snapshots = repository.snapshots ? '{:checksum :fail}' : '{:enabled false}';
      return `${clojureString(id)} {:url ${clojureString(url)} :releases {:checksum :fail} :snapshots ${snapshots}}`;
    }),
  );
  return { key: ':mvn/repos', kind: 'map', lines };
}

/** A map with one key twice cannot be read at all. */
function objectionOf(wish: Wish): (key: string, collection: Form) => string | null {
  const ids = wish.repositories.flatMap((repository) => stopsOf(wish, repository).map(({ id }) => id));
  return (_key, collection) => {
    const rival = entriesOf(collection).find(([each]) => each.kind === 'string' && ids.includes(each.text));
    return rival === undefined ? null : `:mvn/repos has ${clojureString(rival[0].text)} already`;
  };
}
