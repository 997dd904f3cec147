const CR = 0x0d;
const LF = 0x0a;
const CRLF = Buffer.from([CR, LF]);

/** Text as signatures of type 01 hash it (RFC 9580, 5.2.4): every line ends with CR LF. Piece by piece; the pieces may be cut anywhere. */
export function lineEnds(): (piece: Buffer) => Buffer {
  let last = 0;
  return (piece) => {
    const parts: Buffer[] = [];
    let start = 0;
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) {
      const before = at === 0 ? last : piece[at - 1];
      if (before === CR) continue;
      parts.push(piece.subarray(start, at), CRLF);
      start = at + 1;
    }
    last = piece.at(-1) ?? last;
    return parts.length === 0 ? piece : Buffer.concat([...parts, piece.subarray(start)]);
  };
}
