/** `/upscale`: a picture made larger. */
import { define } from './kit/define.ts';
import { chosenPicture, mustBePictures } from './making/chosen-picture.ts';
import { pictureChoice, privateOption } from './making/making-options.ts';
import { parentOf } from './making/start-pictures.ts';

/** Makes a picture larger. */
export const upscale = define({
  name: 'upscale',
  description: 'Make a picture larger',
  group: 'Make',
  example: 'job:41 image:2',
  options: {
    ...pictureChoice,
    private: privateOption,
  },
  onPicture: { label: 'Upscale', option: 'picture' },

  async run(context, options, call) {
    const { app, origin } = context;
    const picture = await chosenPicture(context, 'upscale', options);
    await mustBePictures(context, [picture.id]);
    const parent = await parentOf(context, [picture.id]);
    const refs = [{ media: picture.id, role: 'source' as const }];
    return app.jobs.start({ operation: 'upscale', model: 'upscale', request: {}, refs, ...parent }, { origin, call });
  },
});
