/** Paints the sky: its gradient, stars, sun or moon, and clouds. */
import { lighter, mix } from './colour.ts';
import type { Layer, Stage } from './stage.ts';
import { blur, curve, el, linear, number, type Point, radial } from './svg.ts';

/** Returns the layers of the sky. */
export function paintSky(stage: Stage): Layer[] {
  const { palette, width, height, horizon, id } = stage;
  const fill = id();
  const [zenith, high, low, edge] = palette.sky;
  const end = horizon / height;
  const air =
    linear(fill, [
      [0, zenith],
      [end * 0.4, high],
      [end * 0.78, low],
      [end, edge],
      [1, edge],
    ]) + el('rect', { width, height, fill: `url(#${fill})` });
  return [
    { depth: 0.04, markup: air + stars(stage) + shine(stage) },
    { depth: 0.12, markup: clouds(stage) },
  ];
}

function stars({ palette, width, horizon, random }: Stage): string {
  // One star for each 5000 square units looks like a clear night. More than 500 only cost time.
  const count = Math.min(500, Math.round(((width * horizon) / 5000) * palette.stars));
  return Array.from({ length: count }, () => {
    const y = random.next() ** 1.4 * horizon * 0.95;
    const size = 0.6 + random.next() ** 4 * 2.4;
    const opacity = (1 - y / horizon) * random.between(0.4, 1);
    return el('circle', { cx: random.between(0, width), cy: y, r: size, fill: '#fffaf0', opacity });
  }).join('');
}

function shine({ palette, sun, id, weather, random }: Stage): string {
  const [halo, wide, disc, soft] = [id(), id(), id(), id()];
  const covered = weather && weather !== 'snow';
  const strength = covered ? 0.4 : 1;
  const air =
    radial(wide, [
      [0, palette.glow, 0.75 * strength],
      [0.35, palette.glow, 0.28 * strength],
      [1, palette.glow, 0],
    ]) +
    el('circle', { cx: sun.x, cy: sun.y, r: 620, fill: `url(#${wide})` }) +
    radial(halo, [
      [0, palette.sun, 0.9 * strength],
      [1, palette.sun, 0],
    ]) +
    el('circle', { cx: sun.x, cy: sun.y, r: sun.radius * 2.3, fill: `url(#${halo})`, opacity: 0.6 });
  if (covered) return air;
  const body =
    linear(disc, [
      [0, lighter(palette.sun, 0.4)],
      [1, mix(palette.sun, palette.glow, 0.55)],
    ]) + el('circle', { cx: sun.x, cy: sun.y, r: sun.radius, fill: `url(#${disc})` });
  if (palette.stars < 0.5) return air + body;
  const craters = Array.from({ length: 9 }, () => {
    const angle = random.between(0, Math.PI * 2);
    const distance = random.between(0, 0.75) * sun.radius;
    const size = random.between(0.06, 0.22) * sun.radius;
    return el('circle', {
      cx: sun.x + Math.cos(angle) * distance,
      cy: sun.y + Math.sin(angle) * distance,
      r: size,
      fill: palette.haze,
      opacity: 0.22,
      filter: `url(#${soft})`,
    });
  }).join('');
  return air + body + blur(soft, sun.radius * 0.03) + craters;
}

function clouds(stage: Stage): string {
  const { random, weather } = stage;
  if (weather === 'fog') return '';
  const heavy = weather === 'rain' || weather === 'storm';
  const amount = heavy ? 9 : random.whole(2, 5);
  const kind = heavy || random.chance(0.5) ? heap : streak;
  const spread = Math.min(4, stage.width / 1000);
  const shapes = Array.from({ length: Math.round(amount * spread) }, () => kind(stage, heavy)).join('');
  // One blur for all: a blur for each took more than half of the time of a rainy picture.
  const soft = stage.id();
  return blur(soft, 2.6) + el('g', { filter: `url(#${soft})` }, shapes);
}

/** Returns a cumulus: humps on a flat base, lit from above. */
function heap({ random, palette, width, horizon, id }: Stage, heavy: boolean): string {
  const fill = id();
  const x = random.between(-0.05, 1.05) * width;
  const y = random.between(0.1, heavy ? 0.55 : 0.62) * horizon;
  const size = random.between(90, heavy ? 330 : 210) * (0.55 + (1 - y / horizon) * 0.7);
  const humps = random.whole(5, 8);
  const tops = Array.from({ length: humps - 1 }, (_, hump): Point => {
    const across = (hump + 1) / humps;
    return [x + (across * 2 - 1) * size, y - Math.sin(across * Math.PI) ** 0.7 * size * random.between(0.14, 0.4)];
  });
  const ends: Point[] = [...tops, [x + size, y]];
  let from: Point = [x - size, y];
  const arcs = ends.map((to) => {
    // A hump is a little more than a half circle over the line between two points.
    const radius = (Math.hypot(to[0] - from[0], to[1] - from[1]) / 2) * 1.06;
    from = to;
    return `A${number(radius)} ${number(radius)} 0 0 1 ${number(to[0])} ${number(to[1])}`;
  });
  const outline = `M${number(x - size)} ${number(y)}${arcs.join('')}Z`;
  return (
    linear(fill, [
      [0, lighter(palette.cloud, heavy ? 0 : 0.25), heavy ? 0.8 : 0.92],
      [0.6, palette.cloud, heavy ? 0.55 : 0.5],
      [1, palette.haze, 0],
    ]) + el('path', { d: outline, fill: `url(#${fill})` })
  );
}

/** Returns a thin cloud that the wind has drawn out. */
function streak({ random, palette, width, horizon }: Stage): string {
  const x = random.between(0, 1) * width;
  const y = random.between(0.22, 0.9) * horizon;
  const long = random.between(180, 520);
  const thick = random.between(4, 15) * (0.4 + (1 - y / horizon));
  const upper = curve([
    [x - long, y],
    [x - long * 0.3, y - thick],
    [x + long * 0.4, y - thick * 0.6],
    [x + long, y],
  ]);
  const lower = curve([
    [x + long, y],
    [x + long * 0.2, y + thick * 0.8],
    [x - long * 0.5, y + thick * 0.4],
    [x - long, y],
  ]);
  return el('path', { d: `M${upper}L${lower}Z`, fill: palette.cloud, opacity: random.between(0.3, 0.7) });
}
