/** A message as a reader of mail shows it. */
export interface CaughtText {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** `source` is a message of ours: ASCII, in one part. Folded headers are joined (RFC 5322, 2.2.3). */
export function readMail(to: readonly string[], source: string): CaughtText {
  const lines = source.replaceAll('\r\n', '\n');
  const end = lines.indexOf('\n\n');
  const head = lines.slice(0, end).replace(/\n[ \t]+/g, ' ');
  const subject = /^Subject: (.*)$/im.exec(head)?.[1] ?? '';
  return { to: to.join(', '), subject, text: lines.slice(end + 2).trimEnd() };
}
