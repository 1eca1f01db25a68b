/** Puts the subjects of a prompt on the stage. */
import { darker, mix } from './colour.ts';
import { rock } from './places/sea.ts';
import type { Brief } from './read.ts';
import type { Layer, Stage } from './stage.ts';
import type { Ink, PlaceName, Subject } from './subject.ts';
import { el, number } from './svg.ts';

/**
 * Returns the layers of the subjects. The first stands on the focus, the others are smaller, at its sides and behind
 * it.
 */
export function cast(stage: Stage, brief: Brief, placeName: PlaceName): Layer[] {
  const { width, focus, palette, random, id, sun } = stage;
  const indoors = placeName === 'backdrop';
  const veil = indoors ? 0 : palette.dark;
  const ambient = mix(palette.sky[1], palette.land, 0.4);
  const seen = (colour: string) => (indoors ? colour : mix(mix(colour, palette.glow, 0.08), ambient, veil * 0.62));
  const toward = focus < width / 2 ? 1 : -1;
  const spots = [focus, focus + toward * width * 0.32, focus - toward * width * 0.2];
  const [main] = brief.subjects;
  const rest = brief.subjects.slice(1).filter((subject) => subject.stands !== 'frame');
  if (!main) return [];
  return [main, ...rest]
    .map((subject, index): Layer => {
      const colour = seen(index === 0 && brief.colour ? brief.colour : random.pick(subject.colours));
      const ink: Ink = {
        body: colour,
        lamp: palette.lamp,
        rim: palette.glow,
        dark: veil,
        lit: sun.x > focus ? 1 : -1,
        random,
        id,
        in: seen,
      };
      const { x, y, scale } = standing(stage, subject, spots[index] ?? focus, index, placeName);
      const base =
        subject === main && placeName === 'sea' && subject.stands === 'ground'
          ? rock(stage, Math.min(width * 0.8, 300 + subject.width * scale))
          : '';
      const shadow =
        subject.stands === 'ground'
          ? el('ellipse', {
              cx: x,
              cy: y,
              rx: subject.width * scale * 0.5,
              ry: 10,
              fill: darker(palette.land, 0.4),
              opacity: 0.4,
            })
          : '';
      return {
        depth: index === 0 ? 0.75 : 0.62,
        markup:
          base +
          shadow +
          el('g', { transform: `translate(${number(x)} ${number(y)}) scale(${scale.toFixed(4)})` }, subject.draw(ink)),
      };
    })
    .reverse();
}

/** Returns the place and the scale of a subject. */
function standing(
  { width, height, ground, horizon }: Stage,
  subject: Subject,
  wanted: number,
  index: number,
  placeName: PlaceName,
) {
  const size = index === 0 ? 1 : 0.62;
  // A tall picture has room for a taller subject, unless it gets wider than the picture.
  const room = Math.min(1.35, Math.sqrt(height / 1000));
  const scale = Math.min(subject.height * 10 * room, (width * 0.86) / subject.width) * size;
  const half = Math.min(width * 0.46, subject.width * scale * 0.5 + 24);
  const x = Math.max(half, Math.min(width - half, wanted));
  if (subject.stands === 'frame')
    return { x, y: height + 4, scale: Math.min(height * 0.0092, (width * 1.1) / subject.width) };
  if (subject.stands === 'aloft' && placeName !== 'underwater')
    return { x, y: height * 0.5 + scale * 42 - index * 60, scale };
  if (subject.stands === 'aloft') return { x, y: height * 0.5 + scale * 46, scale };
  const y = subject.stands === 'afloat' ? horizon + (height - horizon) * 0.42 : ground;
  return { x, y: y - index * 26, scale };
}
