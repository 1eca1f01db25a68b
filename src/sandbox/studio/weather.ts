/** Paints the weather: rain, snow, fog and lightning. */
import type { Layer, Stage } from './stage.ts';
import { blur, el, linear, lines, number, type Point } from './svg.ts';

/** Returns a falling thing, once more beyond each edge that it crosses, so that a drifting layer has no seam. */
function tiled({ width, height }: Stage, shape: string, x: number, y: number, reach: number): string {
  const xs = [x, ...(x < reach ? [x + width] : x > width - reach ? [x - width] : [])];
  const ys = [y, ...(y < reach ? [y + height] : y > height - reach ? [y - height] : [])];
  return xs.flatMap((left) => ys.map((top) => `M${number(left)} ${number(top)}${shape}`)).join('');
}

function rain(stage: Stage): Layer[] {
  const { random, width, height } = stage;
  const sheet = (count: number, long: number, stroke: number, opacity: number, speed: number): Layer => {
    const bounded = Math.min(1200, Math.round((count * width * height) / 1e6));
    const d = Array.from({ length: bounded }, () => {
      const size = long * random.between(0.6, 1.3);
      return tiled(
        stage,
        `l${number(-size * 0.2)} ${number(size)}`,
        random.between(0, width),
        random.between(0, height),
        long * 1.4,
      );
    });
    return {
      depth: 0.9,
      drift: { x: -speed * 0.2, y: speed },
      markup: el('path', {
        d: d.join(''),
        stroke: '#e4eefc',
        'stroke-width': stroke,
        opacity,
        'stroke-linecap': 'round',
      }),
    };
  };
  return [sheet(240, 34, 1.3, 0.3, 1100), sheet(80, 80, 2.2, 0.34, 1700)];
}

function snow(stage: Stage): Layer[] {
  const { random, width, height, id } = stage;
  const sheet = (count: number, size: number, opacity: number, speed: number, softness: number): Layer => {
    const soft = id();
    const bounded = Math.min(700, Math.round((count * width * height) / 1e6));
    const d = Array.from({ length: bounded }, () => {
      const r = size * random.between(0.45, 1.25);
      const round = `m${number(-r)} 0a${number(r)} ${number(r)} 0 1 0 ${number(r * 2)} 0a${number(r)} ${number(r)} 0 1 0 ${number(-r * 2)} 0Z`;
      return tiled(stage, round, random.between(0, width), random.between(0, height), size * 2);
    });
    return {
      depth: 0.9,
      drift: { x: speed * 0.22, y: speed },
      markup:
        (softness ? blur(soft, softness) : '') +
        el('path', { d: d.join(''), fill: '#ffffff', opacity, filter: softness ? `url(#${soft})` : undefined }),
    };
  };
  return [sheet(220, 2.4, 0.7, 46, 0), sheet(90, 5, 0.85, 90, 0.8), sheet(14, 13, 0.6, 150, 4)];
}

function fog({ random, width, height, horizon, palette, id }: Stage): Layer[] {
  const soft = id();
  const banks = Array.from({ length: Math.round(9 * Math.min(6, width / 1000)) }, () =>
    el('ellipse', {
      cx: random.between(0, width),
      cy: random.between(horizon * 0.6, height),
      rx: random.between(220, 560),
      ry: random.between(24, 74),
      fill: palette.haze,
      opacity: random.between(0.3, 0.62),
    }),
  ).join('');
  return [{ depth: 0.7, markup: blur(soft, 34) + el('g', { filter: `url(#${soft})` }, banks) }];
}

function lightning({ random, width, horizon, focus, id }: Stage): Layer {
  const [soft, air] = [id(), id()];
  const x = focus > width / 2 ? random.between(0.12, 0.34) * width : random.between(0.66, 0.88) * width;
  const bolt = (start: Point, steps: number, reach: number) => {
    const points: Point[] = [start];
    for (let step = 0; step < steps; step++) {
      const [px, py] = points.at(-1) ?? start;
      points.push([px + random.between(-1, 1) * 42, py + reach / steps]);
    }
    return points;
  };
  const main = bolt([x, 0], 11, horizon * 0.96);
  const branch = bolt(main[4] ?? [x, 0], 5, horizon * 0.3).map(([bx, by], index) => [bx + index * 24, by] as const);
  const d = `M${lines(main)}M${lines(branch)}`;
  return {
    depth: 0.1,
    markup:
      blur(soft, 12) +
      linear(air, [
        [0, '#cfd8ff', 0.5],
        [1, '#cfd8ff', 0],
      ]) +
      el('rect', { x: 0, y: 0, width, height: horizon, fill: `url(#${air})` }) +
      el('path', { d, stroke: '#b9c8ff', 'stroke-width': 16, fill: 'none', filter: `url(#${soft})`, opacity: 0.9 }) +
      el('path', { d, stroke: '#ffffff', 'stroke-width': 4.5, fill: 'none', 'stroke-linejoin': 'round' }),
  };
}

const painters = { rain, snow, fog, storm: rain };

/** Returns the weather behind the subject: a bolt in a storm. */
export const weatherBehind = (stage: Stage): Layer[] => (stage.weather === 'storm' ? [lightning(stage)] : []);

/** Returns the weather in front of everything. */
export const weatherInFront = (stage: Stage): Layer[] => (stage.weather ? painters[stage.weather](stage) : []);
