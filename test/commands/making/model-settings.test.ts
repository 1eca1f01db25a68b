import { describe, expect, it } from 'vitest';
import { settingsFor } from '../../../src/commands/making/model-settings.ts';
import { alternativesIn } from '../../../src/commands/making/permutations.ts';
import { createCatalogue } from '../../../src/photogpt/models/catalogue.ts';
import { imageRequest } from '../../../src/photogpt/request-bodies.ts';

const camera = { key: 'cameraMove', at: 'options', kind: 'choice', values: ['pan', 'tilt'] };
const grain = { key: 'grain', at: 'options', kind: 'integer', min: 0, max: 9 };
const raw = { key: 'rawMode', at: 'options', kind: 'flag' };
const catalogue = createCatalogue({ models: [{ id: 'nanobanana-2', options: { camera, grain, raw } }] });
const model = catalogue.image('nanobanana-2');
if (!model) throw new Error('the model is gone');

describe('settings that only an operator’s catalogue knows', () => {
  it('are passed through, each as the kind that the catalogue gives it', () => {
    const options = settingsFor(model, { ratio: '1:1' }, 'camera=pan, grain=3,raw=true', 0, 1);
    expect(imageRequest(model, { prompt: 'x', options }).options).toEqual({
      gemini: { cameraMove: 'pan', grain: 3, rawMode: true },
    });
  });

  it('are refused by name before anything is spent, with what would do', () => {
    expect(() => settingsFor(model, {}, 'zoom=2', 0, 1)).toThrow(
      /Nano Banana 2 has no zoom\. Nothing was spent\. It takes .*camera/,
    );
    expect(() => settingsFor(model, {}, 'camera=spin', 0, 1)).toThrow('Choose pan or tilt.');
    expect(() => settingsFor(model, {}, 'grain=12', 0, 1)).toThrow('It goes from 0 to 9.');
    expect(() => settingsFor(model, {}, '__proto__=1', 0, 1)).toThrow('has no __proto__');
  });
});

describe('braces in a prompt', () => {
  it('stand for every combination, in reading order', () => {
    expect(alternativesIn('a {red,blue} car in {rain,snow}')).toEqual([
      'a red car in rain',
      'a red car in snow',
      'a blue car in rain',
      'a blue car in snow',
    ]);
    expect(alternativesIn('a {plain} car, {} and {')).toEqual(['a {plain} car, {} and {']);
  });

  it('are counted before they are made, and 16 is the most', () => {
    expect(alternativesIn(`${'{a,b}'.repeat(4)}`)).toHaveLength(16);
    expect(() => alternativesIn('{a,b}'.repeat(5))).toThrow('make 32 different prompts');
    expect(() => alternativesIn('{a,b}'.repeat(600))).toThrow('At most 16 at once.');
  });
});
