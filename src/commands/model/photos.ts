/** `/model photos`: the photos that a model is trained with. */
import type { Button } from '../../chat.ts';
import { define } from '../kit/define.ts';
import { trainedModelOption } from './model-option.ts';

const photos = (count: number) => (count === 1 ? 'one photo' : `${count} photos`);

/** Adds photos to a model. */
export const modelPhotos = define({
  name: 'model photos',
  description: 'Give a model photos to learn from: 12 to 20 in all',
  group: 'Your models',
  example: 'Ada',
  options: {
    model: trainedModelOption('Which model of yours', true),
    photos: { kind: 'pictures', description: 'Photos of one person, several at once', required: true, max: 20 },
  },
  private: true,

  async run({ app, origin, signal }, { model, photos: given }) {
    await app.settings.mayUseModels(origin);
    const { row, added, ...after } = await app.identities.addPhotos(model, given, origin, signal);
    const { min, max } = app.identities.photoLimits;
    const reference = { model: app.identities.referenceTo(row) };
    const lacking = Math.max(0, min - after.photos);
    const repeated = given.length - added;
    const sentences = [
      `**${photos(after.photos)}** so far.`,
      lacking > 0 ? `${lacking} more are needed.` : `That is enough to train with; at most ${max} are taken.`,
      repeated > 0 ? `${photos(repeated)} had been given before.` : '',
      after.refused.length > 0 ? `PhotoGPT did not take ${photos(after.refused.length)}.` : '',
      after.missing > 0 ? `${photos(after.missing)} could not be handed to PhotoGPT yet; that is tried again.` : '',
    ];
    const train: Button = { label: 'Train', style: 'primary', call: { command: 'model train', options: reference } };
    const more: Button = { label: 'Add photos', call: { command: 'model photos', options: reference, form: true } };
    return {
      text: sentences.filter(Boolean).join(' '),
      tone: lacking > 0 ? 'plain' : 'good',
      facts: [
        { label: 'model', value: row.name },
        ...after.refused.slice(0, 3).map((value) => ({ label: 'not taken', value })),
      ],
      buttons: [...(lacking > 0 ? [] : [train]), ...(after.photos < max ? [more] : [])],
    };
  },
});
