// Boot's boot.properties: one mirror for each of the two repositories that Boot has by itself.

import { placeAtEnd } from '../edit/marked.ts';
import { commented, headLines, type ToolSettings } from './tool.ts';
import { fault, isPlain, type Wish } from './wish.ts';

const STYLE = { open: '# ', close: '' };
const KEYS: Readonly<Record<string, string>> = {
  clojars: 'BOOT_CLOJARS_MIRROR',
  central: 'BOOT_MAVEN_CENTRAL_MIRROR',
};

export const boot: ToolSettings = {
  place: '~/.boot/boot.properties',
  style: STYLE,
  skeleton: '',
  objection: (wish) => {
    const unknown = wish.repositories.find(({ ids }) => KEYS[ids[0]] === undefined);
    if (unknown !== undefined) {
      return fault(
        `Boot has no property for ${unknown.ids[0]}.`,
        'It knows clojars and central; others go into :mirrors of build.boot.',
      );
    }
    if (wish.mirrors.some(isPlain)) {
      return fault('Boot refuses plain HTTP.', 'Give the https:// address of the mirror.');
    }
    return null;
  },
  placed: (text, wish) => placeAtEnd(text, [...commented(remarksOf(wish), STYLE), ...propertyLines(wish)]),
};

function remarksOf(wish: Wish): string[] {
  const alone = wish.mode === 'prefer' || wish.mirrors.length > 1;
  return [
    ...headLines('boot', wish, (words) => words),
    ...(alone
      ? ['Boot asks one mirror, and nobody where that does not answer: it is the first one that stands here.']
      : []),
    'A project whose build.boot names :repositories of its own calls them as it likes: only these names are mirrored.',
    'A sum that does not fit is an error. `boot push` goes where it went before.',
  ];
}

function propertyLines(wish: Wish): string[] {
  const [mirror] = wish.mirrors;
  return [
    ...wish.repositories.map(({ ids }) => `${KEYS[ids[0]]}=${mirror}`),
    ...(wish.certificateFile === null ? [] : [`BOOT_CERTIFICATES=${wish.certificateFile}`]),
  ];
}
