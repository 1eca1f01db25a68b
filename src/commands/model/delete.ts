/** `/model delete`: a model and its photos, here and at PhotoGPT. */
import { define } from '../kit/define.ts';
import { trainedModelOption } from './model-option.ts';

const photosIn = (count: number) => (count === 1 ? 'one photo' : `${count} photos`);

/** Deletes a model and its photos, after the owner has confirmed it. */
export const modelDelete = define({
  name: 'model delete',
  description: 'Delete a model and its photos, here and at PhotoGPT',
  group: 'Your models',
  example: 'Ada',
  options: {
    model: trainedModelOption('Which model of yours', true),
    confirm: { kind: 'flag', description: 'Delete it without asking again', hidden: true },
  },
  private: true,

  async run({ app, origin, signal }, { model: typed, confirm }) {
    const model = await app.identities.own(typed, origin);
    const reference = app.identities.referenceTo(model);
    const facts = [{ label: 'model', value: reference }];
    if (!confirm) {
      const { photos } = await app.identities.details(model);
      return {
        text: `This deletes the model and its ${photosIn(photos)}, here and at PhotoGPT. It cannot be undone, and training it again costs as much as the first time.`,
        tone: 'plain',
        facts,
        buttons: [
          {
            label: `Delete ${model.name}`.slice(0, 75),
            style: 'danger',
            call: { command: 'model delete', options: { model: reference, confirm: true } },
          },
        ],
      };
    }
    const { photos, there } = await app.identities.remove(reference, origin, signal);
    const elsewhere = there
      ? 'here and at PhotoGPT.'
      : 'here. PhotoGPT did not confirm it yet; the bot asks again until it does.';
    return {
      text: `The model and ${photosIn(photos)} were deleted ${elsewhere} Pictures made with it stay until you delete them with \`/delete\`.`,
      tone: there ? 'good' : 'plain',
      facts,
    };
  },
});
