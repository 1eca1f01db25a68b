/** Animals that sit and look at you. They share one body. */
import { darker, lighter } from '../colour.ts';
import type { Ink, Subject } from '../subject.ts';
import { el, radial } from '../svg.ts';
import { type Animal, animals } from './animals.ts';

/** The outer and inner shape of the left ear, around a head centred at (0, -68). The right ear is its mirror image. */
const ears = {
  pointed: [
    'M-19 -74C-22 -88 -22 -96 -20 -101C-13 -98 -6 -92 -3 -86Z',
    'M-16.5 -78C-18.5 -87 -18.4 -92 -18 -95C-13 -92 -9 -88 -7 -84Z',
  ],
  tall: [
    'M-11 -82C-18 -96 -20 -116 -13 -121C-5 -119 -2 -100 -2.6 -84Z',
    'M-10 -88C-14 -98 -15 -111 -12 -115C-7 -111 -5 -98 -5.4 -88Z',
  ],
  floppy: [
    'M-10 -86C-22 -90 -29 -80 -28 -62C-25 -54 -19 -58 -17 -70Z',
    'M-13 -84C-21 -86 -25 -78 -24.6 -66C-22 -64 -19 -68 -18 -74Z',
  ],
  round: ['M-22 -80C-26 -92 -13 -97 -8 -87Z', 'M-19.4 -81C-21.6 -89 -14.4 -92 -11.4 -86Z'],
} as const;

const tails = {
  bushy: 'M14 -3C34 2 54 -6 50 -28C48 -38 38 -44 34 -52C34 -42 29 -36 26 -28C23 -20 20 -12 10 -8Z',
  thin: 'M12 -4C34 0 44 -8 42 -24C41 -32 36 -36 31 -34C27 -31 30 -27 33 -26C38 -18 32 -10 12 -11Z',
  none: 'M18 -6C26 -4 28 -14 21 -17C16 -18 14 -12 14 -8Z',
} as const;

/** Returns markup with its mirror image. */
const mirrored = (markup: string) => markup + el('g', { transform: 'scale(-1 1)' }, markup);

/** Returns eyes, nose, mouth and whiskers. */
function face(ink: Ink, animal: Animal, coat: string, pale: string): string {
  const dark = ink.in('#1d1518');
  const { muzzle } = animal;
  const tip = -60 + muzzle * 6;
  const cheeks = animal.chest
    ? el('path', {
        d: `M-23 -66C-20 -57 -10 ${tip + 3} 0 ${tip + 4}C10 ${tip + 3} 20 -57 23 -66C15 -67 7 -66 4 -74C2 -78 -2 -78 -4 -74C-7 -66 -15 -67 -23 -66Z`,
        fill: pale,
      })
    : el('ellipse', { cx: 0, cy: -60, rx: 10, ry: 7.6, fill: lighter(coat, 0.3) });
  const eye =
    el('ellipse', { cx: -9.4, cy: -71, rx: 3.3, ry: 3.9, fill: animal.eye }) +
    el('ellipse', { cx: -9.2, cy: -71, rx: animal.muzzle < 0.5 ? 1.5 : 2.2, ry: 3.5, fill: dark }) +
    el('circle', { cx: -10.1, cy: -72.6, r: 1, fill: '#ffffff' });
  const patch = animal.patches
    ? el('ellipse', { cx: -10, cy: -70, rx: 6, ry: 7, fill: dark, transform: 'rotate(20 -10 -70)' })
    : '';
  const whiskers =
    animal.muzzle < 1
      ? el('path', {
          d: `M-9 ${tip - 4}L-27 ${tip - 7}M-9 ${tip - 2}L-27 ${tip}`,
          stroke: lighter(pale, 0.2),
          'stroke-width': 0.5,
          opacity: 0.7,
        })
      : '';
  return (
    cheeks +
    mirrored(patch) +
    mirrored(eye) +
    mirrored(whiskers) +
    el('path', {
      d: `M-3.6 ${tip - 5}C-2 ${tip - 7} 2 ${tip - 7} 3.6 ${tip - 5}C3 ${tip - 2} 1 ${tip - 1} 0 ${tip - 0.6}C-1 ${tip - 1} -3 ${tip - 2} -3.6 ${tip - 5}Z`,
      fill: dark,
    }) +
    el('path', {
      d: `M0 ${tip - 1}V${tip + 1}M-4.4 ${tip + 1.6}C-3 ${tip + 3.4} -1 ${tip + 3} 0 ${tip + 1}C1 ${tip + 3} 3 ${tip + 3.4} 4.4 ${tip + 1.6}`,
      stroke: dark,
      'stroke-width': 0.8,
      fill: 'none',
      'stroke-linecap': 'round',
    })
  );
}

/** Returns the stripes of coat and head. */
const stripesOn = (coat: string) =>
  el('path', {
    d: 'M-24 -30q8 2 11 -1M-26 -20q9 3 13 0M-25 -11q9 3 13 0M24 -30q-8 2 -11 -1M26 -20q-9 3 -13 0M25 -11q-9 3 -13 0M-5 -90v7M0 -91v8M5 -90v7M-22 -68l6 1M22 -68l-6 1M-21 -62l5 -1M21 -62l-5 -1',
    stroke: darker(coat, 0.55),
    'stroke-width': 2,
    'stroke-linecap': 'round',
    fill: 'none',
    opacity: 0.75,
  });

/** Returns the ears of a head in `coat`. */
function earsOf(ink: Ink, animal: Animal, coat: string): string {
  const [outer, inner] = ears[animal.ears];
  const fill = animal.patches ? ink.in('#26211f') : coat;
  const pale = animal.ears === 'pointed' && animal.chest ? ink.in('#4a2d2a') : darker(coat, 0.3);
  return mirrored(
    el('path', { d: outer, fill }) + el('path', { d: inner, fill: animal.patches ? fill : pale, opacity: 0.75 }),
  );
}

/** Returns a whole animal. */
function draw(ink: Ink, animal: Animal): string {
  const coat = ink.body;
  const pale = ink.in(animal.chest ?? '#efe6da');
  const shade = darker(coat, 0.3);
  const paw =
    animal.patches || (animal.ears === 'pointed' && animal.tail === 'bushy') ? ink.in('#33241f') : lighter(coat, 0.12);
  const [outer] = ears[animal.ears];
  const [round, light] = [ink.id(), ink.id()];
  return (
    radial(
      round,
      [
        [0, lighter(coat, 0.14)],
        [0.65, coat],
        [1, shade],
      ],
      [0.5 + ink.lit * 0.18, 0.32],
      0.75,
    ) +
    radial(
      light,
      [
        [0, '#ffffff', 0],
        [0.8, '#ffffff', 0],
        [1, ink.rim, 0.7],
      ],
      [0.5 - ink.lit * 0.14, 0.56],
      0.62,
    ) +
    el('path', { d: tails[animal.tail], fill: shade }) +
    (animal.tail === 'bushy'
      ? el('path', { d: 'M50 -28C48 -38 38 -44 34 -52C33.4 -44 31 -40 29 -35C36 -37 44 -34 50 -28Z', fill: pale })
      : '') +
    el('path', {
      d: 'M0 -58C-14 -56 -20 -42 -24 -28C-30 -14 -28 0 -16 0H16C28 0 30 -14 24 -28C20 -42 14 -56 0 -58Z',
      fill: animal.patches ? ink.in('#26211f') : `url(#${round})`,
    }) +
    (animal.patches
      ? el('path', { d: 'M0 -44C-14 -42 -24 -26 -24 -12C-20 -2 20 -2 24 -12C24 -26 14 -42 0 -44Z', fill: coat })
      : '') +
    (animal.chest
      ? el('path', {
          d: 'M0 -54C-9 -52 -13 -42 -12 -32C-10 -22 -6 -16 0 -10C6 -16 10 -22 12 -32C13 -42 9 -52 0 -54Z',
          fill: pale,
        })
      : '') +
    mirrored(el('path', { d: 'M-27 -4C-27 -14 -16 -18 -12 -8C-11 -2 -14 0 -18 0Z', fill: shade, opacity: 0.55 })) +
    mirrored(
      el('path', {
        d: 'M-11 -26C-13 -14 -13 -8 -13 -2C-12 1 -4 1 -3 -2C-2 -10 -2 -18 -3 -26Z',
        fill: animal.patches ? ink.in('#26211f') : coat,
      }),
    ) +
    mirrored(el('path', { d: 'M-13.4 -5C-15 0 -12 0.6 -8 0.6C-4 0.6 -2 0 -3 -5C-6 -8 -11 -8 -13.4 -5Z', fill: paw })) +
    (animal.mane
      ? el('circle', { cx: 0, cy: -69, r: 34, fill: darker(coat, 0.42) }) +
        el('circle', { cx: 0, cy: -69, r: 29, fill: darker(coat, 0.25) })
      : '') +
    earsOf(ink, animal, coat) +
    el('path', {
      d: 'M0 -90C-16 -90 -24 -80 -24 -68C-23 -57 -12 -50 0 -50C12 -50 23 -57 24 -68C24 -80 16 -90 0 -90Z',
      fill: `url(#${round})`,
    }) +
    (animal.stripes ? stripesOn(coat) : '') +
    face(ink, animal, coat, pale) +
    el('path', {
      d: 'M0 -90C-16 -90 -24 -80 -24 -68C-23 -57 -12 -50 0 -50C12 -50 23 -57 24 -68C24 -80 16 -90 0 -90Z',
      fill: `url(#${light})`,
    }) +
    (animal.ears === 'floppy' ? mirrored(el('path', { d: outer, fill: darker(coat, 0.25) })) : '')
  );
}

/** The animals as subjects. */
export const sittingAnimals: readonly Subject[] = animals.map((animal) => ({
  words: animal.words,
  homes: animal.homes,
  colours: animal.colours,
  height: 0.42,
  width: 76,
  stands: 'ground' as const,
  draw: (ink) => draw(ink, animal),
}));
