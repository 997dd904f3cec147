import type { Hit } from './hit.ts';

/** `GET /path HTTP/1.1` of a log, or `GET /path` as an older one has it. What is no request line leaves both fields empty: it was a request all the same. */
export function readRequestLine(text: string, hit: Hit): void {
  const first = text.indexOf(' ');
  const last = text.lastIndexOf(' ');
  const method = text.slice(0, Math.max(0, first));
  const target = first === last ? text.slice(first + 1) : text.slice(first + 1, last);
  const isRequest = isMethod(method) && (first === last || text.startsWith('HTTP/', last + 1));
  hit.method = isRequest ? method : '';
  hit.target = isRequest ? target : '';
}

function isMethod(text: string): boolean {
  if (text === 'GET') return true;
  return /^[A-Z]{1,20}$/.test(text);
}

/** nginx writes what it will not write plainly as `\x22`, and with `escape=json` as `\u0022`, `\"`, `\\`. */
export function withoutEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9A-Fa-f]{2})|u00([0-9A-Fa-f]{2})|(["\\/]))/g, (_, hex, unicode, plain) =>
    plain === undefined ? String.fromCharCode(Number.parseInt(hex ?? unicode, 16)) : plain,
  );
}
