/** `/vary`: more pictures like one that exists. */
import type { Call } from '../chat.ts';
import { define } from './kit/define.ts';
import { chosenPicture } from './making/chosen-picture.ts';
import { pictureChoice } from './making/making-options.ts';

/** The prompt for a picture that was made without one. */
const fallbackPrompt = 'A new variation of this picture';

/** Makes more pictures like one that exists, as `/imagine` with that picture as reference. */
export const vary = define({
  name: 'vary',
  description: 'Make more pictures like this one',
  group: 'Make',
  example: 'job:41 image:2',
  options: {
    ...pictureChoice,
  },
  onPicture: { label: 'Vary', option: 'picture' },

  async standsFor(context, options): Promise<Call> {
    const picture = await chosenPicture(context, 'vary', options);
    const made = picture.job === null ? undefined : await context.app.jobs.find(picture.job, context.origin);
    // The same seed would draw the same picture. The references of the picture have gone into it already.
    const { seed: _, ...settings } = made?.call.command === 'imagine' ? made.call.options : {};
    return { command: 'imagine', options: { prompt: fallbackPrompt, ...settings, reference: [picture.id] } };
  },
});
