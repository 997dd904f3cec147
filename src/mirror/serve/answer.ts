// An answer as a value.

/** Bytes of a file. */
export interface FileRange {
  readonly start: number;
  readonly length: number;
}

/** Bytes of an open file, and what stands between them; whoever sends the answer closes it. */
export interface FilePieces {
  readonly kind: 'pieces';
  readonly file: number;
  readonly pieces: readonly (FileRange | Buffer)[];
}

/** Names in lower case. `content-length` stands here also when the body is left out, as for HEAD. */
export type AnswerHeaders = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  /** In place of the standard reason phrase. HTTP/1.1 alone has one; Maven 3 prints it. */
  readonly reason?: string;
  readonly headers: AnswerHeaders;
  readonly body: Buffer | FilePieces | null;
}

/** A whole body in memory; HEAD gets the same headers and no body. */
export function bodyAnswer(method: string, status: number, headers: AnswerHeaders, body: Buffer): Answer {
  const all = { ...headers, 'content-length': String(body.length) };
  return { status, headers: all, body: method === 'HEAD' ? null : body };
}
