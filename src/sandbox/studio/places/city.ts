/** A skyline in three depths over a street, with lit windows when it is dark. */
import { darker, lighter, mix } from '../colour.ts';
import type { Layer, Place, Stage } from '../stage.ts';
import { blur, el, linear, number } from '../svg.ts';

/** Colours of lit windows. */
const lamps = ['#ffd27a', '#ffe6b0', '#ffb870', '#a8e4ff'] as const;
/** Colours of neon signs. */
const signs = ['#ff4d8d', '#39d5ff', '#ffb347', '#8b6bff', '#5dffb0'] as const;

/** A house of a skyline, in units. */
type House = { left: number; across: number; top: number; rise: number };

/** Returns the roof of a house as path data. Nearly half of the houses have a flat one, without a path. */
function roofOf({ left, across, top, rise }: House, random: Stage['random']): string {
  const kind = random.next();
  if (kind < 0.25)
    return `M${number(left + across * 0.2)} ${number(top)}v${number(-rise * 0.08)}h${number(across * 0.6)}v${number(rise * 0.08)}Z`;
  if (kind < 0.42)
    return `M${number(left + across / 2 - 1.6)} ${number(top)}v${number(-rise * 0.22)}h3.2v${number(rise * 0.22)}Z`;
  if (kind < 0.54)
    return `M${number(left)} ${number(top)}L${number(left + across / 2)} ${number(top - across * 0.45)}L${number(left + across)} ${number(top)}Z`;
  return '';
}

/** The windows of one skyline: `pane` is their width, and `lit` the fraction with light. */
type Windows = { base: number; pane: number; lit: number };

/**
 * Adds the lit windows of a house to the path of their colour. Returns the number of its windows, dark ones included.
 */
function addWindows(paths: Record<string, string[]>, house: House, { base, pane, lit }: Windows, stage: Stage): number {
  const { random, palette } = stage;
  const { left, across, top } = house;
  const step = pane * 2.1;
  const columns = Math.floor((across - pane) / step);
  const margin = (across - columns * step + pane) / 2;
  let count = 0;
  for (let y = top + step; y < base - step * 0.4; y += step * 1.15) {
    for (let column = 0; column < columns; column++, count++) {
      if (random.next() > lit) continue;
      const colour = palette.dark > 0.2 ? random.pick(lamps) : lighter(palette.sky[2], 0.3);
      const path = paths[colour] ?? [];
      paths[colour] = path;
      path.push(
        `M${number(left + margin + column * step)} ${number(y)}h${number(pane)}v${number(pane * 1.25)}h${number(-pane)}Z`,
      );
    }
  }
  return count;
}

/** Windows of one skyline, after which no further house is drawn. */
const maxWindows = 3_000;

/** Returns a row of houses, up to `tall` high and about `wide` wide each. `lit` is the fraction of lit windows. */
function skyline(stage: Stage, base: number, tall: number, wide: number, tone: string, lit: number): string {
  const { random, width, palette, id } = stage;
  const walls: string[] = [];
  // One path for each colour of windows: a rectangle for each window would make the document four times as long.
  const panes: Record<string, string[]> = {};
  const roofs: string[] = [];
  const fill = id();
  let left = -wide * random.next();
  let windowCount = 0;
  while (left < width && windowCount < maxWindows) {
    const across = wide * random.between(0.6, 1.35);
    const rise = tall * random.between(0.35, 1) * (0.72 + 0.28 * Math.sin((left / width) * Math.PI));
    const house = { left, across, top: base - rise, rise };
    walls.push(
      `M${number(left)} ${number(base + 60)}V${number(house.top)}H${number(left + across)}V${number(base + 60)}Z`,
    );
    roofs.push(roofOf(house, random));
    windowCount += addWindows(panes, house, { base, pane: Math.max(4.5, wide * 0.062), lit }, stage);
    left += across + wide * random.between(-0.04, 0.16);
  }
  return (
    linear(fill, [
      [0, tone],
      [1, mix(tone, palette.haze, 0.42)],
    ]) +
    el('path', { d: walls.join('') + roofs.join(''), fill: `url(#${fill})` }) +
    Object.entries(panes)
      .map(([colour, paths]) =>
        el('path', { d: paths.join(''), fill: colour, opacity: palette.dark > 0.2 ? 0.85 : 0.28 }),
      )
      .join('')
  );
}

/** Returns lamps along the street and their light on the ground, which stretches when it is wet. */
function street(stage: Stage): Layer {
  const { random, width, height, horizon, palette, weather, id } = stage;
  const [fill, soft, glowing] = [id(), id(), id()];
  const wet = weather === 'rain' || weather === 'storm';
  const top = horizon + 34;
  const depth = height - top;
  const dark = palette.dark > 0.2 || wet;
  const colours = dark ? signs : ([lighter(palette.haze, 0.2), palette.sky[2]] as const);
  const lights = Array.from({ length: Math.min(90, Math.round((width / 1000) * 26)) }, () => {
    const x = random.between(0, width);
    const long = depth * random.between(0.25, wet ? 0.95 : 0.6);
    return el('rect', {
      x,
      y: top,
      width: random.between(5, 26),
      height: long,
      rx: 8,
      fill: dark && random.chance(0.55) ? random.pick(lamps) : random.pick(colours),
      opacity: random.between(0.1, wet ? 0.6 : 0.34),
    });
  }).join('');
  const bulbs = dark
    ? Array.from({ length: Math.min(120, Math.round((width / 1000) * 34)) }, () =>
        el('circle', {
          cx: random.between(0, width),
          cy: top - random.between(0, 46),
          r: random.between(2, 7),
          fill: random.chance(0.6) ? random.pick(lamps) : random.pick(signs),
          opacity: random.between(0.5, 1),
        }),
      ).join('')
    : '';
  return {
    depth: 0.55,
    markup:
      linear(fill, [
        [0, mix(palette.haze, palette.land, 0.6)],
        [1, darker(palette.land, 0.4)],
      ]) +
      el('rect', { x: 0, y: top, width, height: depth + 1, fill: `url(#${fill})` }) +
      el(
        'filter',
        { id: soft, x: '-20%', y: '-20%', width: '140%', height: '140%' },
        el('feGaussianBlur', { stdDeviation: '9 16' }),
      ) +
      el('g', { filter: `url(#${soft})` }, lights) +
      blur(glowing, 8) +
      el('g', { filter: `url(#${glowing})`, opacity: 0.8 }, bulbs) +
      bulbs,
  };
}

/** A city street. */
export const city: Place = {
  words: [
    'city',
    'street',
    'town',
    'skyline',
    'downtown',
    'urban',
    'cyberpunk',
    'tokyo',
    'york',
    'paris',
    'london',
    'building',
    'skyscraper',
    'neon',
    'rooftop',
    'ville',
    'stadt',
    'ciudad',
    '城市',
    '街',
    '都市',
    '東京',
    '도시',
    'город',
    '🌃',
    '🏙',
    '🌆',
    '🌇',
  ],
  horizon: 0.68,
  ground: 0.88,
  sky: true,
  back(stage) {
    const { horizon, palette } = stage;
    const tone = (fraction: number) => mix(palette.haze, palette.land, fraction);
    const tall = Math.min(horizon * 0.8, 760);
    const lit = palette.dark > 0.2 ? 0.42 : 0.7;
    return [
      { depth: 0.14, markup: skyline(stage, horizon, tall, 74, tone(0.26), lit * 0.35) },
      { depth: 0.24, markup: skyline(stage, horizon + 10, tall * 0.82, 104, tone(0.52), lit * 0.7) },
      { depth: 0.4, markup: skyline(stage, horizon + 26, tall * 0.56, 150, tone(0.8), lit) },
      street(stage),
    ];
  },
  front: () => [],
};
