import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../src/photogpt/models/catalogue.ts';
import { checkOptions } from '../../../src/photogpt/models/check-options.ts';

const catalogue = createCatalogue();
const model = (id: string) => {
  const found = catalogue.find(id);
  if (!found) throw new Error(`no model ${id}`);
  return found;
};
const veo = model('veo-3.1');

describe('an option', () => {
  it('may be left open', () => {
    expect(checkOptions(veo, { ratio: undefined, nonsense: undefined })).toEqual([]);
  });

  it('is lacking when the model has no such option, and its own are listed', () => {
    expect(checkOptions(model('nanobanana'), { quality: 'high' })).toEqual([
      {
        option: 'quality',
        problem: 'lacks',
        allowed: ['ratio', 'size', 'safety', 'sequential', 'seed'],
        given: 'high',
      },
    ]);
  });

  it('is lacking even when every object has a property of that name', () => {
    expect(checkOptions(veo, { constructor: 'x' })).toMatchObject([{ option: 'constructor', problem: 'lacks' }]);
  });

  it('takes a choice in any case, and nothing else', () => {
    expect(checkOptions(model('nanobanana-pro'), { size: '4k' })).toEqual([]);
    expect(checkOptions(model('nanobanana-pro'), { size: '8K' })).toMatchObject([
      { problem: 'choice', allowed: ['1K', '2K', '4K'] },
    ]);
    expect(checkOptions(veo, { duration: 5 })).toEqual([
      { option: 'duration', problem: 'choice', allowed: ['4', '6', '8'], given: 5 },
    ]);
  });

  it.each([0, 16])('is out of range at %i seconds', (duration) => {
    expect(checkOptions(model('grok-imagine-1.5'), { duration })).toMatchObject([
      { problem: 'range', min: 1, max: 15, given: duration },
    ]);
  });

  it.each([
    ['duration', '8'],
    ['duration', 4.5],
    ['duration', Number.NaN],
    ['audio', 'yes'],
    ['negative', true],
  ])('%s cannot be %j, which is of another kind', (option, given) => {
    expect(checkOptions(veo, { [option]: given })).toMatchObject([{ option, problem: 'kind', given }]);
  });
});

describe('the count', () => {
  it.each([0, 1.5, 5])('cannot be %d', (count) => {
    expect(checkOptions(model('seedream'), {}, 0, count)).toMatchObject([
      { option: 'count', problem: 'range', min: 1, max: 4, given: count },
    ]);
  });
});

describe('references', () => {
  it('are counted for an image model', () => {
    expect(checkOptions(model('nanobanana'), {}, 3)).toEqual([]);
    expect(checkOptions(model('nanobanana'), {}, 4)).toMatchObject([{ problem: 'references', max: 3, given: 4 }]);
  });

  it('are counted per role for a video model', () => {
    expect(checkOptions(veo, {}, ['first_frame', 'last_frame'])).toEqual([]);
    expect(checkOptions(veo, {}, ['first_frame', 'first_frame'])).toMatchObject([
      { option: 'first_frame', problem: 'references', max: 1, given: 2 },
    ]);
  });

  it('in an unknown role are a problem: Veo takes no videos', () => {
    expect(checkOptions(veo, {}, ['reference_video'])).toMatchObject([
      {
        option: 'reference_video',
        problem: 'references',
        max: 0,
        allowed: ['first_frame', 'last_frame', 'reference_image'],
      },
    ]);
  });

  it('make Veo last 8 seconds, which is its default', () => {
    expect(checkOptions(veo, { duration: 6 }, ['reference_image'])).toEqual([
      { option: 'duration', problem: 'choice', allowed: ['8'], given: 6 },
    ]);
    expect(checkOptions(veo, { duration: 6 }, ['first_frame'])).toEqual([]);
    expect(checkOptions(veo, { duration: 8 }, ['reference_image'])).toEqual([]);
    expect(checkOptions(veo, {}, ['reference_image'])).toEqual([]);
  });

  it('need a first frame for a last one, and exclude frames as pictures', () => {
    expect(checkOptions(veo, {}, ['last_frame'])).toMatchObject([
      { option: 'first_frame', problem: 'references', min: 1, given: 0 },
    ]);
    expect(checkOptions(veo, {}, ['reference_image', 'first_frame'])).toMatchObject([
      { option: 'first_frame', problem: 'references', max: 0 },
    ]);
  });

  it('of both sorts are required by Kling Motion', () => {
    const motion = model('kling-motion-pro');
    expect(checkOptions(motion, {}).map(({ option }) => option)).toEqual(['reference_image', 'reference_video']);
    expect(checkOptions(motion, {}, ['reference_image', 'reference_video'])).toEqual([]);
  });
});
