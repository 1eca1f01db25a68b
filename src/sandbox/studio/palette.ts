/** The light of each time of day. */
import { mix } from './colour.ts';
import type { Random } from './random.ts';

/** The times of day. */
export type Time = 'dawn' | 'day' | 'golden' | 'dusk' | 'night';
/** The kinds of weather. Without one, the sky is clear. */
export type Weather = 'rain' | 'storm' | 'fog' | 'snow';

/**
 * The colours of one light. `sky` runs from the zenith to the horizon. Far things fade into `haze`. `land` is the
 * nearest ground, and `leaf` grows on it. `sun` is the colour of the sun or moon, `glow` of the air around it, `lamp`
 * of lit windows. `dark` (0 to 1) is the fraction of its own colour that a thing loses. `stars` is the fraction of
 * stars that are seen.
 */
export type Palette = {
  sky: readonly [string, string, string, string];
  haze: string;
  land: string;
  leaf: string;
  sun: string;
  glow: string;
  lamp: string;
  cloud: string;
  dark: number;
  stars: number;
};

/**
 * The palettes of each time of day. There are two or three, so that two seeds of one prompt differ in their light as
 * well.
 */
const palettes: Record<Time, readonly [Palette, ...Palette[]]> = {
  dawn: [
    {
      sky: ['#52659b', '#9a9cc4', '#eebdb4', '#ffe3b8'],
      haze: '#e6bfb9',
      land: '#2f3a5c',
      leaf: '#3f5a66',
      sun: '#fff4d6',
      glow: '#ffd9a0',
      lamp: '#ffd58a',
      cloud: '#ffe0d2',
      dark: 0.16,
      stars: 0,
    },
    {
      sky: ['#3d7f93', '#86b7b4', '#e9d8b0', '#ffc9a3'],
      haze: '#d8cdb6',
      land: '#27474f',
      leaf: '#3a6a5c',
      sun: '#fff6e0',
      glow: '#ffdcb0',
      lamp: '#ffd58a',
      cloud: '#fff0dd',
      dark: 0.12,
      stars: 0,
    },
  ],
  day: [
    {
      sky: ['#2f7fc4', '#6fb3e3', '#b4dcf0', '#eaf6f0'],
      haze: '#bcdcea',
      land: '#2f5a48',
      leaf: '#4c8a54',
      sun: '#fffbe6',
      glow: '#fff3c4',
      lamp: '#ffe7b0',
      cloud: '#ffffff',
      dark: 0,
      stars: 0,
    },
    {
      sky: ['#2b93b5', '#67c1cc', '#b9e4d8', '#fdf0cf'],
      haze: '#c5e3d6',
      land: '#2a5d5a',
      leaf: '#5f9a55',
      sun: '#fffbe6',
      glow: '#fff0bf',
      lamp: '#ffe7b0',
      cloud: '#fffdf4',
      dark: 0,
      stars: 0,
    },
  ],
  golden: [
    {
      sky: ['#3b2f6b', '#a84a78', '#f5835c', '#ffcb7a'],
      haze: '#ee946f',
      land: '#2d1b40',
      leaf: '#5a2f4d',
      sun: '#fff0c4',
      glow: '#ffb45e',
      lamp: '#ffd98a',
      cloud: '#ffb38a',
      dark: 0.3,
      stars: 0,
    },
    {
      sky: ['#274b7a', '#7d7aa0', '#f0a27b', '#ffd98f'],
      haze: '#e3a98c',
      land: '#26304f',
      leaf: '#4d4a55',
      sun: '#fff4cf',
      glow: '#ffc16b',
      lamp: '#ffd98a',
      cloud: '#ffc9a1',
      dark: 0.24,
      stars: 0,
    },
    {
      sky: ['#5c1f4f', '#c23b5e', '#ff7d54', '#ffd36e'],
      haze: '#f08a63',
      land: '#34143a',
      leaf: '#63264a',
      sun: '#fff3cc',
      glow: '#ffae57',
      lamp: '#ffe09a',
      cloud: '#ff9f7c',
      dark: 0.3,
      stars: 0,
    },
  ],
  dusk: [
    {
      sky: ['#151d4a', '#3c3d82', '#8d5b97', '#f09a80'],
      haze: '#80609a',
      land: '#13163a',
      leaf: '#252a55',
      sun: '#fff0dc',
      glow: '#f7a58c',
      lamp: '#ffd27a',
      cloud: '#b97fa6',
      dark: 0.46,
      stars: 0.4,
    },
    {
      sky: ['#0f2647', '#235578', '#6f8fa3', '#f4b68c'],
      haze: '#65879f',
      land: '#0e2138',
      leaf: '#1d3c52',
      sun: '#fff0dc',
      glow: '#f7b98f',
      lamp: '#ffcf73',
      cloud: '#c09a9a',
      dark: 0.44,
      stars: 0.35,
    },
  ],
  night: [
    {
      sky: ['#050a22', '#0c1a42', '#1d376b', '#3d6693'],
      haze: '#30527f',
      land: '#060b1e',
      leaf: '#0f2138',
      sun: '#f6f1dc',
      glow: '#9db9e6',
      lamp: '#ffcf70',
      cloud: '#41608f',
      dark: 0.58,
      stars: 1,
    },
    {
      sky: ['#0a0720', '#1b1446', '#3a2a72', '#6f5097'],
      haze: '#4f3d80',
      land: '#0a0720',
      leaf: '#1d1740',
      sun: '#fbeedd',
      glow: '#b8a2e8',
      lamp: '#ffc86b',
      cloud: '#5b4890',
      dark: 0.56,
      stars: 1,
    },
    {
      sky: ['#03131f', '#06303d', '#0d5158', '#3a8a7c'],
      haze: '#236a69',
      land: '#03121a',
      leaf: '#0a2a2c',
      sun: '#eefbe9',
      glow: '#8fe0c4',
      lamp: '#ffd27a',
      cloud: '#2c6a6c',
      dark: 0.58,
      stars: 1,
    },
  ],
};

/** The effect of weather on light: it goes towards `grey` by `veil` (0 to 1). Snow also whitens the ground. */
const veils: Record<Weather, { grey: string; veil: number }> = {
  rain: { grey: '#5d6f80', veil: 0.5 },
  storm: { grey: '#343f52', veil: 0.6 },
  fog: { grey: '#c3cbd0', veil: 0.5 },
  snow: { grey: '#c9d5e4', veil: 0.32 },
};

/** Returns the palette of a time and a weather. */
export function paletteOf(time: Time, weather: Weather | undefined, random: Random): Palette {
  const palette = random.pick(palettes[time]);
  if (!weather) return palette;
  const { grey, veil } = veils[weather];
  const under = mix(grey, palette.sky[1], palette.dark);
  const dim = (colour: string, fraction = veil) => mix(colour, under, fraction);
  const [zenith, high, low, horizon] = palette.sky;
  return {
    ...palette,
    sky: [dim(zenith), dim(high), dim(low), dim(horizon, veil * 0.7)],
    haze: dim(palette.haze),
    land:
      weather === 'snow'
        ? mix(palette.land, mix('#eef3fa', palette.sky[2], 0.3 + palette.dark * 0.5), 0.82)
        : dim(palette.land, veil * 0.3),
    leaf:
      weather === 'snow' ? mix(palette.leaf, mix('#dfe9f2', palette.sky[1], 0.4), 0.35) : dim(palette.leaf, veil * 0.4),
    cloud: dim(palette.cloud),
    stars: weather === 'snow' ? palette.stars * 0.5 : 0,
  };
}
