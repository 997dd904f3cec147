// Markup as a value. Whatever is put into a template is text unless it is markup already: names, headers and reasons come from outside.

import { raw, html as template } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Markup = HtmlEscapedString;
/** Nothing, text, or markup; booleans and null leave no trace, so that `condition && markup` can be written. */
export type Piece = string | number | boolean | null | undefined | Markup | readonly Piece[];

export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const made = template(strings, ...pieces);
  if (made instanceof Promise) throw new TypeError('a piece of a page that is not there yet');
  return made;
}

/** Text that is markup already, made by a room that escapes what it did not write itself. */
export function asMarkup(text: string): Markup {
  return raw(text);
}
