/**
 * Mixes colours as the eye expects: in OKLab (Ottosson, 2020), so that a blend of two clean colours stays clean.
 * Colours are `#rrggbb`.
 */

type Triple = readonly [number, number, number];

const toLinear = (level: number) => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);
const toLevel = (light: number) => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

function parse(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  return [toLinear((value >> 16) / 255), toLinear(((value >> 8) & 255) / 255), toLinear((value & 255) / 255)];
}

function toLab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function toHex([lightness, a, b]: Triple): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const levels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((light) => Math.round(Math.max(0, Math.min(1, toLevel(Math.max(0, light)))) * 255));
  return `#${levels.map((level) => level.toString(16).padStart(2, '0')).join('')}`;
}

/** Returns the colour at `fraction` (0 to 1) of the way from one colour to another. */
export function mix(from: string, to: string, fraction: number): string {
  const [l1, a1, b1] = toLab(parse(from));
  const [l2, a2, b2] = toLab(parse(to));
  return toHex([l1 + (l2 - l1) * fraction, a1 + (a2 - a1) * fraction, b1 + (b2 - b1) * fraction]);
}

/** Returns the colour at `fraction` of the way to white. */
export const lighter = (colour: string, fraction: number) => mix(colour, '#ffffff', fraction);

/** Returns the colour at `fraction` of the way to a deep blue, because the sky lights shadows outdoors. */
export const darker = (colour: string, fraction: number) => mix(colour, '#080b22', fraction);
