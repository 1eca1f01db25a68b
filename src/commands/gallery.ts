/** `/gallery`, `/videos` and `/favourite`: the results of a person, and their favourites. */
import type { App } from '../app.ts';
import type { Button, Call, Message } from '../chat.ts';
import { define } from './kit/define.ts';
import { chosenPicture } from './making/chosen-picture.ts';
import { pictureChoice } from './making/making-options.ts';

/** Results on one page. Six fill a screen without scrolling. Discord shows ten in one message at most. */
const pageLength = 6;

type Page = Awaited<ReturnType<App['gallery']['page']>>;
type GalleryItem = Page['items'][number];

/** Shows the pictures and videos that were made for the person, page by page. */
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
    return pageMessage(found, page, call, ({ model: made }) => made);
  },
});

/** Returns one page with buttons to the others. `about` gives the words beside each number. */
function pageMessage({ items, count }: Page, page: number, call: Call, about: (item: GalleryItem) => string): Message {
  const pages = Math.max(1, Math.ceil(count / pageLength));
  if (items.length === 0) {
    const nothing = count > 0 ? `There are only ${pages} pages.` : 'Nothing here yet. Type `/imagine` and a few words.';
    return { text: nothing, tone: 'plain' };
  }
  const pageButton = (label: string, to: number): Button[] =>
    to >= 1 && to <= pages ? [{ label, call: { ...call, options: { ...call.options, page: to } } }] : [];
  const jobs = [...new Set(items.map(({ job }) => job))];
  return {
    text: `**${count}** in all, page ${page} of ${pages}.`,
    tone: 'plain',
    media: items.map(({ media }) => media),
    facts: items.map((item) => ({ label: `#${item.job}/${item.image}`, value: about(item) })),
    buttons: [
      ...pageButton('Newer', page - 1),
      ...pageButton('Older', page + 1),
      ...jobs.map((job): Button => ({ label: `Show ${job}`, call: { command: 'show', options: { job } } })),
    ],
  };
}

/** Shows the videos of the person, and whether PhotoGPT still has each. */
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
    return pageMessage(found, page, call, ({ model, media, remoteId }) => {
      const elsewhere = there?.has(remoteId) ? ', also at PhotoGPT' : '';
      return `${model}, ${Math.round(media.seconds ?? 0)} s${elsewhere}`;
    });
  },
});

/** Adds a picture to the favourites of the person, or takes it out again. */
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
