// One line of the access log: nginx's combined format, and the seconds that the request took.

import { isIPv6 } from 'node:net';

export interface AccessEntry {
  /** The client, in full; what of it is written is decided here. */
  readonly address: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly status: number;
  /** Of the body. */
  readonly bytes: number;
  readonly referer: string | undefined;
  readonly agent: string | undefined;
  readonly seconds: number;
}

export type AddressDetail = 'full' | 'truncated' | 'none';

/** Ends in a line feed, and holds no other: everything that a client chose is escaped as nginx escapes it. */
export function accessLine(entry: AccessEntry, detail: AddressDetail): string {
  const request = `${entry.method} ${entry.target} HTTP/${entry.httpVersion}`;
  const head = `${shownAddress(entry.address, detail)} - - [${timeText(entry.at)}] "${escaped(request)}" ${entry.status} ${entry.bytes}`;
  return `${head} "${field(entry.referer)}" "${field(entry.agent)}" ${entry.seconds.toFixed(3)}\n`;
}

/** `truncated`: /24 of IPv4, /48 of IPv6. */
export function shownAddress(address: string, detail: AddressDetail): string {
  if (address === '' || detail === 'none') return '-';
  if (detail === 'full') return address;
  if (!isIPv6(address)) return `${address.slice(0, address.lastIndexOf('.'))}.0`;
  const [head = ''] = address.split('::');
  const groups = head.split(':').slice(0, 3);
  return `${groups.join(':')}::`;
}

function field(text: string | undefined): string {
  return text === undefined || text === '' ? '-' : escaped(text);
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const SPECIAL = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** Node.js gives header fields as Latin-1: each character is one byte. */
function escaped(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff ? '\\x3F' : `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
let shownSecond = Number.NaN;
let shownText = '';

/** `21/Nov/2026:01:30:00 +0000`, made once a second. */
function timeText(at: number): string {
  const second = Math.floor(at / 1000);
  if (second === shownSecond) return shownText;
  const date = new Date(second * 1000);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  shownSecond = second;
  shownText = `${day}:${time} +0000`;
  return shownText;
}
