// Counts as others read them: EDN in Clojars' shape, JSON, CSV.

import { downloadsEdn } from './edn.ts';
import { type Downloads, downloadsJson, sortedCounts } from './tally.ts';

export type ExportFormat = 'edn' | 'json' | 'csv';

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  edn: 'application/edn',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
};

/** Ends with a line end. The same counts are always the same bytes. */
export function exportText(format: ExportFormat, tally: Downloads): string {
  switch (format) {
    case 'edn':
      return downloadsEdn(tally);
    case 'json':
      return `${downloadsJson(tally)}\n`;
    case 'csv':
      return downloadsCsv(tally);
  }
}

/** RFC 4180, but for line ends, with a line of names. */
function downloadsCsv(tally: Downloads): string {
  const rows = sortedCounts(tally).map(({ group, artifact, version, count }) =>
    [group, artifact, version, String(count)].map(cell).join(','),
  );
  return `${['group,artifact,version,count', ...rows].join('\n')}\n`;
}

function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
