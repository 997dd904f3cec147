// Numbers to places in a drawing. Pure.

/** The next number above that a person would draw a line at, and whose half is one too: 1, 2, 4, 6 or 8 times a power of ten. At least 2. */
export function ceilingFor(largest: number): number {
  if (!(largest > 2)) return 2;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 4, 6, 8, 10].find((each) => each * power >= largest) ?? 10;
  return step * power;
}

/** `12k`, `1.5M`: at most four letters, for the side of a drawing; the exact number stands in its table. */
export function short(value: number): string {
  if (value < 1000) return String(value);
  const [unit, name] = value < 1e6 ? [1e3, 'k'] : value < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  return `${(value / unit).toFixed(value / unit < 10 ? 1 : 0).replace(/\.0$/, '')}${name}`;
}

/** A coordinate with no more digits than can be seen. */
export function place(value: number): string {
  return String(Math.round(value * 10) / 10);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** As a path of lines: what is null breaks it. A stretch of one point is drawn as a dot by its round ends; a level stretch is one line. */
export function pathOf(points: readonly (Point | null)[]): string {
  let path = '';
  let before: Point | null = null;
  points.forEach((point, index) => {
    const next = points[index + 1] ?? null;
    if (point !== null && before === null) path += `M${place(point.x)} ${place(point.y)}${next === null ? 'h0' : ''}`;
    else if (point !== null && before !== null) path += lineTo(point, before, next);
    before = point;
  });
  return path;
}

function lineTo(point: Point, before: Point, next: Point | null): string {
  const isLevel = point.y === before.y;
  if (isLevel && next?.y === point.y) return '';
  return isLevel ? `H${place(point.x)}` : `L${place(point.x)} ${place(point.y)}`;
}
