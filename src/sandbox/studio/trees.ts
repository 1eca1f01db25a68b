/** Draws conifers, one by one or as a row along a hill. */
import type { Random } from './random.ts';
import { heightAt } from './ridge.ts';
import type { Stage } from './stage.ts';
import { el, lines, type Point } from './svg.ts';

/** Returns one conifer as path data, with its foot at (x, y) and jagged on both sides. */
function pine(random: Random, x: number, y: number, tall: number): string {
  const tiers = 7;
  const reach = tall * random.between(0.17, 0.24);
  const side = (direction: 1 | -1) =>
    Array.from({ length: tiers }, (_, tier): Point[] => {
      const fraction = (tier + 1) / tiers;
      const level = y - tall + tall * 0.94 * fraction;
      const out = reach * fraction ** 0.85 * random.between(0.82, 1.15);
      return [
        [x + direction * out, level + tall * 0.02],
        [x + direction * out * 0.5, level - tall * 0.012],
      ];
    }).flat();
  const trunk: Point[] = [
    [x + tall * 0.016, y - tall * 0.06],
    [x + tall * 0.016, y + 4],
    [x - tall * 0.016, y + 4],
    [x - tall * 0.016, y - tall * 0.06],
  ];
  return `M${lines([[x, y - tall], ...side(1), ...trunk, ...side(-1).reverse()])}Z`;
}

/**
 * Returns a row of conifers along an outline, about `tall` units high, in one colour. With `density` 1, they stand
 * shoulder to shoulder.
 */
export function pines(stage: Stage, outline: readonly Point[], tall: number, colour: string, density = 0.8): string {
  const { random, width } = stage;
  // Trees stand in clumps, as in a real wood. More than 700 look no denser.
  const count = Math.min(700, Math.round((width / (tall * 0.3)) * density));
  const phase = random.between(0, 6);
  const paths = Array.from({ length: count }, (_, index) => {
    const x = (width * (index + random.next())) / count;
    const clump = 0.5 + 0.5 * Math.sin((x / (tall * 9)) * 2 + phase);
    if (random.next() > 0.25 + clump * 0.85) return '';
    return pine(random, x, heightAt(outline, x) + tall * 0.06, tall * random.between(0.55, 1.15) * (0.7 + clump * 0.4));
  });
  return el('path', { d: paths.join(''), fill: colour });
}
