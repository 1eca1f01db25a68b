/** The presets, and the look that each gives to a picture. */

/**
 * The grading of a finished scene. `saturation`, `brightness` and `contrast` are factors, of which 1 changes nothing.
 * `tint` lies over everything at `tintStrength` (0 to 1). `vignette` is the darkness of the corners. `grain` is in
 * levels of 255.
 */
export type Look = {
  saturation: number;
  brightness: number;
  contrast: number;
  tint?: string;
  tintStrength?: number;
  vignette: number;
  grain: number;
  frame?: 'bars' | 'mat';
  soft?: 'paper' | 'glow';
};

const plainLook: Look = { saturation: 1.04, brightness: 1, contrast: 1.03, vignette: 0.26, grain: 3.5 };

type Preset = { tag: string; name: string; category: string };

const looks: readonly (Preset & { look: Partial<Look> })[] = [
  {
    tag: 'editorial',
    name: 'Editorial',
    category: 'Magazine',
    look: { saturation: 0.82, contrast: 1.1, frame: 'mat' },
  },
  {
    tag: 'cinematic',
    name: 'Cinematic',
    category: 'Film',
    look: { contrast: 1.12, tint: '#0d4a5c', tintStrength: 0.16, vignette: 0.5, frame: 'bars' },
  },
  {
    tag: 'studio',
    name: 'Studio',
    category: 'Portrait',
    look: { brightness: 1.05, saturation: 0.95, vignette: 0.42, grain: 2 },
  },
  {
    tag: 'watercolour',
    name: 'Watercolour',
    category: 'Painting',
    look: { saturation: 0.88, brightness: 1.1, contrast: 0.86, vignette: 0, soft: 'paper', frame: 'mat' },
  },
  { tag: 'noir', name: 'Noir', category: 'Film', look: { saturation: 0, contrast: 1.3, vignette: 0.6, grain: 8 } },
  {
    tag: 'golden-hour',
    name: 'Golden hour',
    category: 'Light',
    look: { saturation: 1.1, tint: '#ff9a3c', tintStrength: 0.2, soft: 'glow' },
  },
  {
    tag: 'neon',
    name: 'Neon',
    category: 'Light',
    look: { saturation: 1.45, contrast: 1.15, tint: '#7a1cff', tintStrength: 0.18, soft: 'glow' },
  },
  {
    tag: 'vintage',
    name: 'Vintage',
    category: 'Film',
    look: { saturation: 0.68, contrast: 0.92, tint: '#c98a4b', tintStrength: 0.2, grain: 7 },
  },
  {
    tag: 'pastel',
    name: 'Pastel',
    category: 'Painting',
    look: { saturation: 0.75, brightness: 1.14, contrast: 0.8, vignette: 0.06 },
  },
  { tag: 'dreamy', name: 'Dreamy', category: 'Light', look: { brightness: 1.06, contrast: 0.92, soft: 'glow' } },
];

/** All presets as the API lists them. A request carries the tag. */
export const presets: readonly Preset[] = looks.map(({ tag, name, category }) => ({ tag, name, category }));

/** Returns the look of a preset. Without a preset, or with an unknown one, it is the plain look. */
export function lookOf(preset: string | undefined): Look {
  return { ...plainLook, ...looks.find(({ tag }) => tag === preset)?.look };
}
