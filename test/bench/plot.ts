/** Draws lines on two logarithmic axes, as an SVG for light and dark pages. */
import { type Plot, rounded, type Series } from './figure.ts';

const width = 720;
const height = 400;
const margin = { top: 44, right: 210, bottom: 52, left: 62 };
/** Colours and dashes of the lines. Each has its own dash, to be distinct without colour as well. */
const strokes: [colour: string, dash: string][] = [
  ['#0b6bcb', ''],
  ['#c2410c', '7 4'],
  ['#15803d', '2 4'],
  ['#9333ea', '9 3 2 3'],
  ['#0f766e', '12 4'],
  ['#be185d', '4 2'],
];

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const powers = (low: number, high: number) =>
  Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, index) => low * 10 ** index);

/** Returns the positions of values on an axis, whose ends are powers of ten. */
function axis(values: number[], from: number, to: number) {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low * 10, 10 ** Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  return { at, ticks: powers(low, high) };
}

/** Returns the lines with `ours` first, so that it has the same colour in every plot. */
const ordered = (series: Series[]) =>
  [...series]
    .filter(({ points }) => points.length > 0)
    .sort((one, other) => Number(other.name === 'ours') - Number(one.name === 'ours'));

/** Returns the plot as SVG. */
export function drawPlot({ title, x, y, series }: Plot): string {
  const lines = ordered(series);
  const points = lines.flatMap((line) => line.points);
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const across = axis(
    points.map(([value]) => value),
    margin.left,
    right,
  );
  const up = axis(
    points.map(([, value]) => value),
    bottom,
    margin.top,
  );
  const place = (value: number) => value.toFixed(1);

  const grid = [
    ...across.ticks.map((tick) => `<path class="grid" d="M${place(across.at(tick))} ${margin.top}V${bottom}"/>`),
    ...up.ticks.map((tick) => `<path class="grid" d="M${margin.left} ${place(up.at(tick))}H${right}"/>`),
    ...across.ticks.map(
      (tick) => `<text x="${place(across.at(tick))}" y="${bottom + 18}" text-anchor="middle">${rounded(tick)}</text>`,
    ),
    ...up.ticks.map(
      (tick) => `<text x="${margin.left - 8}" y="${place(up.at(tick) + 4)}" text-anchor="end">${rounded(tick)}</text>`,
    ),
  ];
  const drawn = lines.flatMap((line, index) => {
    const [colour, dash] = strokes[index % strokes.length] ?? ['#0b6bcb', ''];
    const at = line.points.map(([first, second]) => [place(across.at(first)), place(up.at(second))] as const);
    const style = `stroke="${colour}"${dash && ` stroke-dasharray="${dash}"`}`;
    const [, last] = line.points.at(-1) ?? [0, 0];
    const legend = margin.top + 8 + index * 22;
    return [
      `<path fill="none" stroke-width="2" ${style} d="M${at.map((pair) => pair.join(' ')).join('L')}"/>`,
      ...at.map(([first, second]) => `<circle cx="${first}" cy="${second}" r="3.5" fill="${colour}"/>`),
      `<path stroke-width="2" ${style} d="M${right + 14} ${legend}h24"/>`,
      `<text x="${right + 44}" y="${legend + 4}">${escaped(line.name)}<title>${rounded(last)}</title></text>`,
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-size: 15px; font-weight: 600 }
.grid { stroke: #8884; stroke-width: 1 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .paper { fill: #1b1f24 } }
</style>
<rect class="paper" width="${width}" height="${height}" fill="#fff" rx="8"/>
<text class="title" x="${margin.left}" y="26">${escaped(title)}</text>
${grid.join('\n')}
${drawn.join('\n')}
<text x="${(margin.left + right) / 2}" y="${height - 14}" text-anchor="middle">${escaped(x)}</text>
<text x="16" y="${(margin.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(margin.top + bottom) / 2})">${escaped(y)}</text>
</svg>
`;
}
