// Error pages of proxies, hosters and hotels, found where a file should be.

const HEAD_BYTES = 1024;

/** Whether bytes begin as an HTML page does, after a byte order mark, blanks, comments and an XML declaration. An XML POM is no page. */
export function looksLikePage(head: Uint8Array): boolean {
  let rest = Buffer.from(head.buffer, head.byteOffset, Math.min(HEAD_BYTES, head.length)).toString('latin1');
  if (rest.startsWith('\xef\xbb\xbf')) rest = rest.slice(3);
  rest = rest.trimStart();
  for (let end = endOfMiscellany(rest); end > 0; end = endOfMiscellany(rest)) rest = rest.slice(end).trimStart();
  return /^<(?:!doctype\s+html|html|head|body)(?:[\s>]|$)/i.test(rest);
}

/** Where a comment or a processing instruction that the text begins with ends, or 0: none, or no end in sight. */
function endOfMiscellany(text: string): number {
  return endOf(text, '<!--', '-->') || endOf(text, '<?', '>');
}

function endOf(text: string, begin: string, end: string): number {
  const at = text.startsWith(begin) ? text.indexOf(end, begin.length) : -1;
  return at === -1 ? 0 : at + end.length;
}
