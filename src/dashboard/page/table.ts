// Tables: a caption, a head for every column, the row's own name as its head.

import { html, type Markup, type Piece } from './markup.ts';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Piece;
  /** `name`: what the row is about; `amount`: numbers, to the right; `graph`: a drawing. */
  readonly kind?: 'name' | 'amount' | 'graph';
  /** Left out below that width: on a phone (`middle`), on a tablet (`wide`). */
  readonly from?: 'middle' | 'wide';
}

/** A table that is wider than its page scrolls by itself, by keyboard too. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${classOf(column)}>${column.head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${columns.map((column) => cellOf(column, row))}</tr>\n`)}</tbody>
</table></div>`;
}

function cellOf<Row>(column: Column<Row>, row: Row): Markup {
  return column.kind === 'name'
    ? html`<th scope="row"${classOf(column)}>${column.cell(row)}</th>`
    : html`<td${classOf(column)}>${column.cell(row)}</td>`;
}

function classOf<Row>({ kind, from }: Column<Row>): Piece {
  const names = [kind === 'name' ? undefined : kind, from].filter((name) => name !== undefined);
  return names.length > 0 && html` class="${names.join(' ')}"`;
}

/** Words and what they stand for; what is null is left out. */
export function facts(pairs: readonly (readonly [term: string, value: Piece])[]): Markup {
  return html`<dl class="facts">${pairs.map(([term, value]) => value !== null && value !== undefined && value !== false && html`<dt>${term}</dt><dd>${value}</dd>\n`)}</dl>`;
}
