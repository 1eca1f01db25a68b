import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCatalogue, loadCatalogue } from '../../../src/photogpt/models/catalogue.ts';
import { checkOptions } from '../../../src/photogpt/models/check-options.ts';
import { model } from '../../../src/photogpt/models/model.ts';
import { imageRequest } from '../../../src/photogpt/request-bodies.ts';

const catalogue = createCatalogue();

describe('the built-in models', () => {
  it('are seven for images and nine for videos, with documented ids and groups', () => {
    expect(catalogue.models.map(({ kind, id, group }) => `${kind} ${id} ${group}`)).toEqual([
      'image nanobanana gemini',
      'image nanobanana-pro gemini',
      'image nanobanana-2 gemini',
      'image seedream seedream',
      'image seedream-4_5 seedream',
      'image seedream-5-lite seedream',
      'image gpt-image-2 openai',
      'video veo-3.1 veo',
      'video veo-3.1-fast veo',
      'video seedance-1.5-pro seedance',
      'video seedance-2.0 seedance',
      'video kling-video-standard kling',
      'video kling-video-pro kling',
      'video kling-motion-standard kling',
      'video kling-motion-pro kling',
      'video grok-imagine-1.5 grok',
    ]);
    expect(new Set(catalogue.models.map(({ id }) => id)).size).toBe(16);
    expect(new Set(catalogue.models.map(({ label }) => label)).size).toBe(16);
  });

  it.each(catalogue.models)('$id fits the schema for an operator’s models', (built) => {
    expect(model.safeParse(built).error).toBeUndefined();
  });

  it.each(catalogue.models)('$id has values, defaults and evidence that fit together', (built) => {
    for (const [name, option] of Object.entries(built.options)) {
      expect(option.values !== undefined, `${name} has values`).toBe(
        option.kind === 'choice' || option.values !== undefined,
      );
      expect(option.default !== undefined, `${name}: a default and its evidence`).toBe(
        option.evidence.default !== undefined,
      );
      if (option.default !== undefined)
        expect(checkOptions(built, { [name]: option.default }, built.kind === 'video' ? built.required : 0)).toEqual(
          [],
        );
    }
    const keys = Object.values(built.options).map(({ key, at }) => `${at} ${key}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('take the documented numbers of reference pictures', () => {
    const maxReferences = catalogue.models.flatMap((built) =>
      built.kind === 'image' ? [[built.id, built.maxReferences]] : [],
    );
    expect(Object.fromEntries(maxReferences)).toEqual({
      nanobanana: 3,
      'nanobanana-pro': 14,
      'nanobanana-2': 14,
      seedream: 10,
      'seedream-4_5': 10,
      'seedream-5-lite': 10,
      'gpt-image-2': 10,
    });
  });

  it('spell the ratio `ratio` only in the Seedance family', () => {
    const spelled = catalogue.models
      .filter(({ options }) => options.ratio?.key === 'ratio')
      .map(({ family }) => family);
    expect(new Set(spelled)).toEqual(new Set(['seedance']));
  });
});

describe('finding a model', () => {
  it('goes by id and kind', () => {
    expect(catalogue.image('nanobanana')?.maxReferences).toBe(3);
    expect(catalogue.image('veo-3.1')).toBeUndefined();
    expect(catalogue.video('veo-3.1')?.roles.reference_image).toBe(3);
    expect(catalogue.find('toString')).toBeUndefined();
  });

  it('goes by what people type', () => {
    expect(catalogue.find('Nano Banana Pro')?.id).toBe('nanobanana-pro');
    expect(catalogue.find('seedream 4.5')?.id).toBe('seedream-4_5');
  });

  it('suggests models that contain the typed word, else the nearest spellings', () => {
    const ids = (kind: 'image' | 'video', typed: string) => catalogue.suggest(kind, typed).map(({ id }) => id);
    expect(ids('image', '')).toHaveLength(7);
    expect(ids('video', 'veo')).toEqual(['veo-3.1', 'veo-3.1-fast']);
    expect(ids('video', 'pro')).toContain('kling-motion-pro');
    expect(ids('image', 'nanobanna')[0]).toBe('nanobanana');
    expect(ids('image', 'veo')).toEqual([]);
    expect(ids('image', '🦊'.repeat(10_000))).toEqual([]);
  });
});

describe("an operator's file", () => {
  const nova = {
    id: 'nova-1',
    kind: 'image',
    label: 'Nova',
    group: 'nova',
    credits: 3,
    maxReferences: 2,
    options: { mood: { key: 'moodWord', kind: 'choice', values: ['calm', 'wild'], default: 'calm' } },
  };

  it('adds a model whose options behave like any other', () => {
    const added = createCatalogue({ models: [nova] }).image('nova-1');
    if (!added) throw new Error('not added');
    expect(added).toMatchObject({ family: 'nova-1', credits: 3, evidence: { credits: 'operator', maxCount: 'guess' } });
    expect(checkOptions(added, { mood: 'sad' })).toEqual([
      { option: 'mood', problem: 'choice', allowed: ['calm', 'wild'], given: 'sad' },
    ]);
    expect(imageRequest(added, { prompt: 'sea', options: { mood: 'WILD' } })).toEqual({
      modelID: 'nova-1',
      prompt: 'sea',
      options: { nova: { moodWord: 'wild' } },
    });
    expect(imageRequest(added, { prompt: 'sea' })).toMatchObject({ options: { nova: { moodWord: 'calm' } } });
  });

  it('corrects one fact of one option and leaves the others', () => {
    const { models, video } = createCatalogue({
      models: [
        {
          id: 'grok-imagine-1.5',
          credits: 40,
          options: { duration: { max: 10 }, ratio: null, style: { key: 'style', kind: 'text' } },
        },
      ],
    });
    const before = catalogue.video('grok-imagine-1.5');
    const after = video('grok-imagine-1.5');
    expect(models).toHaveLength(16);
    expect(after).toMatchObject({ ...before, credits: 40, options: expect.anything(), evidence: expect.anything() });
    expect(Object.keys(after?.options ?? {})).toEqual(['duration', 'resolution', 'style']);
    expect(after?.options.duration).toEqual({
      ...before?.options.duration,
      max: 10,
      evidence: { key: 'seen', range: 'operator' },
    });
    expect(before?.options.ratio).toBeDefined();
  });

  it('replaces a list of values by limits', () => {
    const veo = createCatalogue({ models: [{ id: 'veo-3.1', options: { duration: { min: 4, max: 12 } } }] }).video(
      'veo-3.1',
    );
    if (!veo) throw new Error('no veo');
    expect(checkOptions(veo, { duration: 11 })).toEqual([]);
    expect(checkOptions(veo, { duration: 13 })).toMatchObject([{ problem: 'range', min: 4, max: 12 }]);
  });

  it('is refused with all its mistakes, each with its path', () => {
    const make = () =>
      createCatalogue({
        models: [
          { id: 'fresh' },
          { id: 'veo-3.1', kind: 'image' },
          { id: 'seedream', options: { size: { values: [] }, extra: { key: 'x' }, seed: { min: 5, max: 1 } } },
          { id: 'grok-imagine-1.5', maxReferences: 3 },
          { id: 'nanobanana', options: { size: { default: '9K' } } },
          { id: 'nanobanana', maxCount: 2 },
          { id: 'seedream-4_5', options: { size: { values: [] }, seed: { min: 5, max: 1 } } },
          { id: 'nanobanana-2', maxrefs: 3 },
          'nanobanana-pro',
        ],
      });
    expect(make).toThrow(Error);
    const text = String(
      (() => {
        try {
          return make();
        } catch (error) {
          return error;
        }
      })(),
    );
    expect(text).toContain('models.0.kind:');
    expect(text).toContain('models.1.kind: veo-3.1 is a model for videos');
    expect(text).toContain('models.2.options.extra.kind:');
    expect(text).toContain('models.3: Unrecognized key: "maxReferences"');
    expect(text).toContain('models.4.options.size: the default is not something the option takes');
    expect(text).toContain('models.5.id: nanobanana is there twice');
    expect(text).toContain('models.6.options.size: a choice needs values');
    expect(text).toContain('models.6.options.seed: min is above max');
    expect(text).toContain('models.7: Unrecognized key: "maxrefs"');
    expect(text).toContain('models.8: ');
  });

  it('corrects one role and leaves the others', () => {
    const { video } = createCatalogue({ models: [{ id: 'veo-3.1', roles: { reference_image: 5, last_frame: 0 } }] });
    expect(video('veo-3.1')?.roles).toEqual({ first_frame: 1, last_frame: 0, reference_image: 5 });
    expect(video('veo-3.1')?.evidence).toMatchObject({ group: 'documented', references: 'operator' });
  });

  it('is refused for a default of the wrong kind, or options without a group', () => {
    const wrong = { id: 'veo-3.1', options: { audio: { default: 'yes' } } };
    expect(() => createCatalogue({ models: [wrong] })).toThrow('models.0.options.audio: the default');
    expect(() => createCatalogue({ models: [{ ...nova, group: undefined }] })).toThrow('the model has no group');
    expect(() => createCatalogue([])).toThrow('the file: ');
  });

  it('is read from disk, and the error of a bad one names the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'models.json');
    await writeFile(path, JSON.stringify({ models: [nova] }));
    expect((await loadCatalogue(path)).find('Nova')?.id).toBe('nova-1');
    await writeFile(path, '{ "models": [');
    await expect(loadCatalogue(path)).rejects.toThrow(path);
    await expect(loadCatalogue(join(folder, 'none.json'))).rejects.toThrow('none.json');
  });
});
