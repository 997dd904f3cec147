/** DSA over a finished digest (FIPS 186-4, 4.7), for digests that OpenSSL refuses to combine with DSA: MD5 and RIPEMD-160. Nothing here is secret. */
export function verifyDsa(
  key: { readonly p: Buffer; readonly q: Buffer; readonly g: Buffer; readonly y: Buffer },
  digest: Buffer,
  signature: { readonly r: Buffer; readonly s: Buffer },
): boolean {
  const [p, q, g, y] = [numberOf(key.p), numberOf(key.q), numberOf(key.g), numberOf(key.y)];
  const [r, s] = [numberOf(signature.r), numberOf(signature.s)];
  if (r <= 0n || r >= q || s <= 0n || s >= q || p <= 1n) return false;
  const inverse = inverseOf(s, q);
  if (inverse === null) return false;
  const z = leftmost(digest, q.toString(2).length);
  const v = powersTimes(g, (z * inverse) % q, y, (r * inverse) % q, p);
  return v % q === r;
}

function numberOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function leftmost(digest: Buffer, bits: number): bigint {
  const surplus = digest.length * 8 - bits;
  return surplus > 0 ? numberOf(digest) >> BigInt(surplus) : numberOf(digest);
}

/** `a^x * b^y mod m` in one run over the bits of both exponents. */
function powersTimes(a: bigint, x: bigint, b: bigint, y: bigint, m: bigint): bigint {
  const both = (a * b) % m;
  let result = 1n;
  for (let bit = BigInt(Math.max(x.toString(2).length, y.toString(2).length)) - 1n; bit >= 0n; bit -= 1n) {
    result = (result * result) % m;
    const isX = ((x >> bit) & 1n) === 1n;
    const isY = ((y >> bit) & 1n) === 1n;
    if (isX && isY) result = (result * both) % m;
    else if (isX) result = (result * a) % m;
    else if (isY) result = (result * b) % m;
  }
  return result;
}

/** Extended Euclid; null where there is none. */
function inverseOf(value: bigint, m: bigint): bigint | null {
  let [r, next, t, nextT] = [m, value % m, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  if (r !== 1n) return null;
  return t < 0n ? t + m : t;
}
