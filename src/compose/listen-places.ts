import type { ServeConfig } from '../config/schema.ts';

/** Where the serve section listens; ports that the system picks are left out. */
export function listenPlaces(serve: ServeConfig): { readonly host: string; readonly port: number }[] {
  const texts = [...serve.listen, ...(serve.plain_http ? [] : serve.redirect_http)];
  return texts.map(placeOf).filter(({ port }) => port > 0);
}

/** The configuration has passed its checks: it is ADDRESS:PORT. */
function placeOf(text: string): { host: string; port: number } {
  const cut = text.lastIndexOf(':');
  return { host: text.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(text.slice(cut + 1)) };
}
