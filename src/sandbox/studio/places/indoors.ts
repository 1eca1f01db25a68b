/** Indoors: a photographer's backdrop, and a room with a window and a table. */
import { darker, lighter, mix } from '../colour.ts';
import type { Place } from '../stage.ts';
import { blur, el, linear, number, radial } from '../svg.ts';

const walls = ['#c9785d', '#3f6f73', '#7d6a8f', '#b7a284', '#4d5d7c', '#93684f', '#5f7a5e'] as const;

/** A photographer's backdrop. */
export const backdrop: Place = {
  words: [
    'studio',
    'portrait',
    'headshot',
    'selfie',
    'closeup',
    'model',
    'fashion',
    'product',
    'retrato',
    'porträt',
    '肖像',
    '人像',
    'портрет',
    '📸',
  ],
  horizon: 0.78,
  ground: 0.9,
  sky: false,
  back(stage) {
    const { width, height, random, id, focus } = stage;
    const wall = random.pick(walls);
    const [fill, light, soft, floor] = [id(), id(), id(), id()];
    const side = random.chance(0.5) ? 0.3 : 0.7;
    const wide = Math.max(width, height);
    return [
      {
        depth: 0.1,
        markup:
          linear(fill, [
            [0, darker(wall, 0.45)],
            [0.75, darker(wall, 0.12)],
            [0.86, lighter(wall, 0.06)],
            [1, darker(wall, 0.3)],
          ]) +
          el('rect', { width, height, fill: `url(#${fill})` }) +
          radial(light, [
            [0, lighter(wall, 0.55), 0.9],
            [0.5, lighter(wall, 0.2), 0.4],
            [1, wall, 0],
          ]) +
          el('circle', { cx: focus + (side - 0.5) * 320, cy: height * 0.42, r: wide * 0.62, fill: `url(#${light})` }),
      },
      {
        depth: 0.3,
        markup:
          blur(soft, 26) +
          radial(floor, [
            [0, lighter(wall, 0.4), 0.5],
            [1, wall, 0],
          ]) +
          el('ellipse', {
            cx: focus,
            cy: height * 0.92,
            rx: 520,
            ry: 80,
            fill: `url(#${floor})`,
            filter: `url(#${soft})`,
          }),
      },
    ];
  },
  front: () => [],
};

/** A room with a window and a table. */
export const room: Place = {
  words: [
    'room',
    'interior',
    'kitchen',
    'bedroom',
    'office',
    'cafe',
    'café',
    'coffee',
    'desk',
    'table',
    'library',
    'indoors',
    'cozy',
    'cosy',
    'zimmer',
    'chambre',
    'cocina',
    '房间',
    '部屋',
    '방',
    'комната',
    '🛋',
  ],
  horizon: 0.74,
  ground: 0.8,
  sky: true,
  back(stage) {
    const { width, height, random, palette, id, focus, ground } = stage;
    const wall = darker(mix(random.pick(walls), palette.haze, 0.2), palette.dark * 0.75);
    const [hole, fill, beam, soft, table] = [id(), id(), id(), id(), id()];
    const tall = Math.min(560, ground * 0.68);
    const across = Math.min(tall * 0.8, width * 0.42);
    const x = focus > width / 2 ? width * 0.24 : width * 0.76;
    const top = ground * 0.1;
    const left = x - across / 2;
    const frame = lighter(wall, 0.5 - palette.dark * 0.3);
    const opening = `M${number(left)} ${number(top)}h${number(across)}v${number(tall)}h${number(-across)}Z`;
    const bars = `M${number(x)} ${number(top)}v${number(tall)}M${number(left)} ${number(top + tall * 0.4)}h${number(across)}`;
    const tone = darker(mix('#8a5a3b', palette.haze, 0.12), palette.dark * 0.6);
    const leaves = Array.from({ length: 9 }, (_, index) => {
      const angle = -Math.PI / 2 + (index - 4) * 0.3 + random.between(-0.08, 0.08);
      const long = random.between(90, 160);
      const [tx, ty] = [left + across * 0.86 + Math.cos(angle) * long, top + tall - 74 + Math.sin(angle) * long];
      const [cx, cy] = [left + across * 0.86, top + tall - 70];
      return `M${number(cx)} ${number(cy)}Q${number((cx + tx) / 2 - 22)} ${number((cy + ty) / 2)} ${number(tx)} ${number(ty)}Q${number((cx + tx) / 2 + 22)} ${number((cy + ty) / 2 + 10)} ${number(cx)} ${number(cy)}Z`;
    }).join('');
    const leaf = darker(mix('#4c7f57', palette.haze, 0.15), palette.dark * 0.7);
    return [
      {
        depth: 0.25,
        markup:
          linear(fill, [
            [0, darker(wall, 0.25)],
            [1, wall],
          ]) +
          el('path', {
            d: `M0 0H${number(width)}V${number(height)}H0Z${opening}`,
            'fill-rule': 'evenodd',
            fill: `url(#${fill})`,
          }) +
          el('path', { d: opening, fill: 'none', stroke: frame, 'stroke-width': 16 }) +
          el('path', { d: bars, fill: 'none', stroke: frame, 'stroke-width': 9 }) +
          el('rect', {
            x: left - 26,
            y: top + tall,
            width: across + 52,
            height: 18,
            rx: 4,
            fill: lighter(frame, 0.15),
          }) +
          el('path', { d: leaves, fill: leaf }) +
          el('path', {
            d: `M${number(left + across * 0.86 - 34)} ${number(top + tall - 74)}h68l-9 74h-50Z`,
            fill: darker(mix('#c86f4a', palette.haze, 0.1), palette.dark * 0.6),
          }) +
          blur(soft, 20) +
          linear(beam, [
            [0, palette.glow, 0.5],
            [1, palette.glow, 0],
          ]) +
          el('path', {
            d: `M${number(left)} ${number(top)}L${number(left + across)} ${number(top)}L${number(focus + across * 0.8)} ${number(height)}L${number(focus - across * 0.8)} ${number(height)}Z`,
            fill: `url(#${beam})`,
            filter: `url(#${soft})`,
          }) +
          radial(hole, [
            [0, palette.lamp, 0.5],
            [1, palette.lamp, 0],
          ]) +
          (palette.dark > 0.2 ? el('circle', { cx: focus, cy: ground - 260, r: 560, fill: `url(#${hole})` }) : ''),
      },
      {
        depth: 0.6,
        markup:
          linear(table, [
            [0, lighter(tone, 0.2)],
            [0.12, tone],
            [1, darker(tone, 0.45)],
          ]) +
          el('rect', {
            x: -50,
            y: ground - 26,
            width: width + 100,
            height: height - ground + 40,
            fill: `url(#${table})`,
          }),
      },
    ];
  },
  front: () => [],
};
