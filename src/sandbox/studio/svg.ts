/** Writes SVG: elements, gradients, blurs and smooth outlines. It escapes every value that is no number. */

type Attributes = Record<string, string | number | undefined>;
/** A point in units. */
export type Point = readonly [x: number, y: number];

/** A colour of a gradient: its offset (0 to 1), the colour, and its opacity (0 to 1). */
export type Stop = readonly [offset: number, colour: string, opacity?: number];

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

/** Returns a number as SVG text, to a hundredth of a unit. Less is invisible, and shorter text is quicker to parse. */
export const number = (value: number) => String(Math.round(value * 100) / 100);

/** Returns one element. It leaves out attributes that are undefined. */
export function el(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === 'number' ? number(value) : escaped(value)}"`],
  );
  return children.length
    ? `<${name}${written.join('')}>${children.join('')}</${name}>`
    : `<${name}${written.join('')}/>`;
}

const stops = (list: readonly Stop[]) =>
  list.map(([offset, colour, opacity]) => el('stop', { offset, 'stop-color': colour, 'stop-opacity': opacity }));

/** Returns a gradient from top to bottom of its box, or from `from` to `to`, which are fractions of the box. */
export function linear(id: string, list: readonly Stop[], from: Point = [0, 0], to: Point = [0, 1]): string {
  return el('linearGradient', { id, x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, ...stops(list));
}

/** Returns a gradient from the centre outwards. `centre` and `radius` are fractions of its box. */
export function radial(id: string, list: readonly Stop[], centre: Point = [0.5, 0.5], radius = 0.5): string {
  return el('radialGradient', { id, cx: centre[0], cy: centre[1], r: radius }, ...stops(list));
}

/** Returns a Gaussian blur with its deviation in units, and room for it to spread. */
export function blur(id: string, deviation: number): string {
  return el(
    'filter',
    { id, x: '-50%', y: '-50%', width: '200%', height: '200%' },
    el('feGaussianBlur', { stdDeviation: deviation }),
  );
}

/** Returns straight lines through the points, as path data. */
export const lines = (points: readonly Point[]) => points.map(([x, y]) => `${number(x)} ${number(y)}`).join('L');

/** Returns a curve through every point (Catmull–Rom, tension one half), as path data without the first move. */
export function curve(points: readonly Point[]): string {
  const at = (index: number) => points[Math.max(0, Math.min(points.length - 1, index))] ?? [0, 0];
  const parts = [lines([at(0)])];
  for (let index = 0; index < points.length - 1; index++) {
    const [before, start, end, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const control: Point = [start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6];
    const other: Point = [end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6];
    parts.push(`C${lines([control]).replace('L', ' ')},${lines([other])},${lines([end])}`);
  }
  return parts.join('');
}
