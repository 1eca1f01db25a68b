import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/chat.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { origin } from '../../jobs/world.ts';
import { openBot } from '../open-bot.ts';

const database = useDatabase();

/** The form of a command as it is redrawn for these options. */
async function redrawn(command: string, options: Call['options']) {
  const { bot } = await openBot(database);
  const form = await bot.form({ command, options, form: true }, origin());
  if (!form) throw new Error('no form');
  const { fields, call } = bot.narrow(form);
  const field = (name: string) => fields.find((one) => one.name === name);
  return { fields, call, field, values: (name: string) => field(name)?.choices.map(({ value }) => value), form };
}

describe('a form whose model was chosen', () => {
  it('offers the values of that model, and those of the usual one while none is chosen', async () => {
    const { values, field } = await redrawn('imagine', { model: 'nanobanana-pro' });
    expect(values('size')).toEqual(['1K', '2K', '4K']);
    expect(field('size')).toMatchObject({ kind: 'choice', suggests: false });
    expect(field('model')?.reshapes).toBe(true);
    expect((await redrawn('imagine', {})).values('size')).toEqual(['512', '1K', '2K', '4K']);
  });

  it('has no field for what the model lacks, and does not send it unseen either', async () => {
    const { field, call } = await redrawn('imagine', { model: 'nanobanana', quality: 'high', prompt: 'a fox' });
    expect(field('quality')).toBeUndefined();
    expect(call.options).toEqual({ model: 'nanobanana', prompt: 'a fox' });
    expect((await redrawn('imagine', { model: 'GPT Image 2', quality: 'HIGH' })).field('quality')?.value).toBe('high');
  });

  it('keeps what still fits, and drops what does not', async () => {
    const given = { model: 'nanobanana', prompt: 'a fox', ratio: '21:9', size: '4K', count: 4, seed: 7 };
    const { field, call } = await redrawn('imagine', given);
    expect(field('ratio')?.value).toBe('21:9');
    expect(field('size')?.value).toBeUndefined();
    expect(call.options).toEqual({ model: 'nanobanana', prompt: 'a fox', ratio: '21:9', count: 4, seed: 7 });
    expect((await redrawn('imagine', { model: 'gpt-image-2', seed: 7 })).call.options).toEqual({
      model: 'gpt-image-2',
    });
  });

  it('takes as many seconds and references as the model does', async () => {
    const veo = await redrawn('video', { duration: 5, prompt: 'waves' });
    expect(veo.values('duration')).toEqual(['4', '6', '8']);
    expect(veo.call.options).toEqual({ prompt: 'waves' });
    const { app } = await openBot(database);
    for (const model of app.catalogue.models.filter(({ kind }) => kind === 'video')) {
      if (model.kind !== 'video') continue;
      const { field } = await redrawn('video', { model: model.id });
      expect(field('first')?.max, model.id).toBe(model.roles.first_frame ? 1 : undefined);
      expect(field('resolution') === undefined, model.id).toBe(model.options.resolution === undefined);
    }
  });

  it('stays as it is for a model that nobody knows, and for commands without one', async () => {
    const { fields, form } = await redrawn('imagine', { model: 'no such model', ratio: '7:5' });
    expect(fields.map(({ name, value }) => [name, value])).toEqual(form.fields.map(({ name, value }) => [name, value]));
    expect((await redrawn('upscale', { job: 1 })).fields).toEqual((await redrawn('upscale', { job: 1 })).form.fields);
  });

  it('still makes calls that are read as ever', async () => {
    const { run } = await openBot(database);
    expect((await run('video', { prompt: 'waves', duration: '6' })).job).toBeDefined();
  });
});
