/** `/erase`: deletes everything that the bot has of a person. */
import type { Message } from '../chat.ts';
import { define } from './kit/define.ts';

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** The sentences name everything that `erasure/` deletes, and everything that stays. */
const goes =
  'your jobs with their prompts, pictures and videos, the pictures you gave, your trained models with their photos, your favourites and your defaults; here, and at PhotoGPT as far as its API deletes';
const stays =
  'messages that are already in the chat, which you can delete there; how much you spent, as a number, until the month after; and changes of settings that you made as a moderator';

/** Erases everything of a person, after they have confirmed it. */
export const erase = define({
  name: 'erase',
  description: 'Erase everything of yours, here and at PhotoGPT',
  group: 'Your work',
  example: '',
  options: { confirmed: { kind: 'flag', description: 'It is really wanted', hidden: true } },
  private: true,

  async run({ app, origin, signal }, { confirmed = false }): Promise<Message> {
    if (!confirmed) {
      return {
        text: `This erases, for good: ${goes}. What stays: ${stays}. What waits is cancelled; what was already sent is still paid for. It costs nothing.`,
        tone: 'plain',
        buttons: [
          { label: 'Erase everything', style: 'danger', call: { command: 'erase', options: { confirmed: true } } },
        ],
      };
    }
    const { jobs, files, models, there, favourites, defaults, left } = await app.erase(origin, signal);
    const gone = [
      ...(jobs ? [plural(jobs, 'job')] : []),
      ...(files ? [plural(files, 'file')] : []),
      ...(models ? [plural(models, 'trained model')] : []),
      ...(favourites ? [plural(favourites, 'favourite')] : []),
      ...(defaults ? ['your defaults'] : []),
    ];
    const sentences = [
      gone.length > 0 ? `Erased: ${gone.join(', ')}.` : 'There was nothing of yours to erase.',
      ...(jobs || files ? ['PhotoGPT is asked to delete its copies from now on, up to 60 a minute.'] : []),
      ...(there ? [] : ['It could not be reached for a trained model, and is asked again until it has deleted it.']),
      ...(left
        ? [`${plural(left, 'job')} had been sent already and will not be posted: use /erase again when it is over.`]
        : []),
      `What stays: ${stays}. Nothing was spent.`,
    ];
    return { text: sentences.join(' '), tone: left > 0 ? 'plain' : 'good' };
  },
});
