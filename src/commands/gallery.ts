/** `/gallery`, `/videos` and `/favourite`: what was made for me, and what I like of it. */
import type { App } from '../app.ts';
import type { Button, Call, Message } from '../chat.ts';
import { define } from './kit/define.ts';
import { chosenPicture } from './making/chosen-picture.ts';
import { pictureChoice } from './making/making-options.ts';

/** Ten are the most that Discord shows in one message; six fill a screen without scrolling. */
const pageLength = 6;

type Page = Awaited<ReturnType<App['gallery']['page']>>;
type Exhibit = Page['exhibits'][number];

export const gallery = define({
  name: 'gallery',
  description: 'Everything that was made for you',
  group: 'Your work',
  example: 'text:lighthouse',
  options: {
    text: { kind: 'text', description: 'Words of the prompt', max: 100 },
    kind: {
      kind: 'choice',
      description: 'Pictures or videos only',
      choices: [
        { value: 'image', label: 'Pictures' },
        { value: 'video', label: 'Videos' },
      ],
    },
    model: {
      kind: 'text',
      description: 'Made with this model only',
      max: 100,
      suggest: ({ app }, typed) =>
        [...app.catalogue.suggest('image', typed), ...app.catalogue.suggest('video', typed)].map(({ id, label }) => ({
          value: id,
          label,
        })),
    },
    favourites: { kind: 'flag', description: 'Favourites only' },
    page: { kind: 'integer', description: 'Which page', min: 1, max: 10_000 },
  },
  private: true,

  async run({ app, origin }, { text, kind, model, favourites, page = 1 }, call) {
    const filter = { text, kind, model: model && (app.catalogue.find(model)?.id ?? model), liked: favourites };
    const found = await app.gallery.page(origin, filter, (page - 1) * pageLength, pageLength);
    return shownAs(found, page, call, ({ model: made }) => made);
  },
});

/** One page, with the ways to the others. `about` is what is said beside each number. */
function shownAs({ exhibits, count }: Page, page: number, call: Call, about: (exhibit: Exhibit) => string): Message {
  const pages = Math.max(1, Math.ceil(count / pageLength));
  if (exhibits.length === 0) {
    const nothing = count > 0 ? `There are only ${pages} pages.` : 'Nothing here yet. Type `/imagine` and a few words.';
    return { text: nothing, tone: 'plain' };
  }
  const turn = (label: string, to: number): Button[] =>
    to >= 1 && to <= pages ? [{ label, call: { ...call, options: { ...call.options, page: to } } }] : [];
  const jobs = [...new Set(exhibits.map(({ job }) => job))];
  return {
    text: `**${count}** in all, page ${page} of ${pages}.`,
    tone: 'plain',
    media: exhibits.map(({ media }) => media),
    facts: exhibits.map((exhibit) => ({ label: `#${exhibit.job}/${exhibit.image}`, value: about(exhibit) })),
    buttons: [
      ...turn('Newer', page - 1),
      ...turn('Older', page + 1),
      ...jobs.map((job): Button => ({ label: `Show ${job}`, call: { command: 'show', options: { job } } })),
    ],
  };
}

export const videos = define({
  name: 'videos',
  description: 'Your videos, and whether PhotoGPT still has them',
  group: 'Your work',
  example: '',
  options: { page: { kind: 'integer', description: 'Which page', min: 1, max: 10_000 } },
  private: true,

  async run({ app, origin, signal }, { page = 1 }, call) {
    const [found, there] = await Promise.all([
      app.gallery.page(origin, { kind: 'video' }, (page - 1) * pageLength, pageLength),
      app.whereabouts.videos(signal),
    ]);
    return shownAs(found, page, call, ({ model, media, remoteId }) => {
      const kept = there?.has(remoteId) ? ', also at PhotoGPT' : '';
      return `${model}, ${Math.round(media.seconds ?? 0)} s${kept}`;
    });
  },
});

export const favourite = define({
  name: 'favourite',
  description: 'Keep a picture among your favourites, or take it out again',
  group: 'Your work',
  example: '41 image:2',
  options: pictureChoice,
  private: true,
  onPicture: { label: 'Favourite', option: 'picture' },

  async run(context, options) {
    const picture = await chosenPicture(context, 'favourite', options);
    const liked = await context.app.gallery.toggle(context.origin, picture.id);
    const all: Button = { label: 'My favourites', call: { command: 'gallery', options: { favourites: true } } };
    const text = liked ? 'It is one of your favourites now.' : 'It is not one of your favourites any more.';
    return { text, tone: 'plain', buttons: [all] };
  },
});
