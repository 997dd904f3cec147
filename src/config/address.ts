export interface ListenAddress {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  /** 0: the system picks a free one. */
  readonly port: number;
}

const PATTERN = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/;

/** Reads `[::]:443`, `127.0.0.1:8080`, `localhost:0`; null when the text is none of these. */
export function parseListen(text: string): ListenAddress | null {
  const match = PATTERN.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || !(port <= 65_535) ? null : { host, port };
}

/** Whether nobody but this machine can reach it. */
export function isLoopback(address: ListenAddress): boolean {
  return address.host === '::1' || address.host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(address.host);
}
