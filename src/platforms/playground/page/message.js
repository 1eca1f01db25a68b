// @ts-check
/** A message of a channel or thread. */
import { avatar, hueOf } from './avatar.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { pictures } from './picture.js';
import { progressBar } from './progress.js';
import { sentences, timeOf, typed } from './text.js';

/** @typedef {import('../view.ts').View} View */
/** @typedef {NonNullable<View['message']>} BotMessage */
/**
 * The actions of messages.
 *
 * @typedef {object} Doings
 * @property {string} me id of the reader
 * @property {boolean} moderator
 * @property {import('../../../commands/kit/sheet.ts').Sheet[]} sheets
 * @property {(call: object, view: View) => Promise<void>} act makes a call where the message stands
 * @property {(line: string) => void} use puts a line into the message box
 * @property {(view: View) => void} reply opens the thread of a message
 * @property {(view: View) => void} remove
 * @property {(ref: import('../../../chat.ts').MessageRef) => void} jump
 * @property {(view: View) => import('./picture.js').PictureActions} picturesOf
 */

/**
 * Returns a message.
 * @param {View} view
 * @param {Doings} doings
 * @param {{ grouped: boolean, threads: boolean }} layout grouped with the message before it; with threads or inside one
 */
export function renderMessage(view, doings, { grouped, threads }) {
  const { author, message, at } = view;
  const time = h('time', { datetime: new Date(at).toISOString(), title: new Date(at).toLocaleString() }, timeOf(at));
  const article = h(
    'article',
    { class: classOf(view, doings.me, grouped), 'data-id': view.id, tabindex: -1 },
    grouped ? h('span', { class: 'message-side' }, time) : avatar(author),
    h(
      'div',
      { class: 'message-main' },
      grouped ? unseenHead(view, time) : head(view, time),
      message ? botBody(view, message, doings) : h('p', { class: 'message-text' }, typed(view.text, doings.sheets)),
      foot(view),
    ),
    tools(view, doings, threads),
  );
  if (threads && view.replies) article.querySelector('.message-main')?.append(threadLink(view, doings));
  return article;
}

/**
 * Returns the class of a message.
 * @param {View} view
 * @param {string} me
 * @param {boolean} grouped
 */
function classOf({ author, message, private: isPrivate }, me, grouped) {
  const classes = [
    'message',
    `is-${message?.tone ?? 'plain'}`,
    author ? '' : 'is-bot',
    grouped ? 'is-grouped' : '',
    isPrivate ? 'is-private' : '',
  ];
  const mine = message?.mention?.id === me;
  return `${classes.join(' ')}${mine ? ' is-mine' : ''}`;
}

/**
 * Returns the name and time of a grouped message, for screen readers.
 * @param {View} view
 * @param {HTMLElement} time
 */
const unseenHead = ({ author }, time) =>
  h('span', { class: 'unseen' }, `${author?.name ?? 'PhotoGPT'}, `, time.cloneNode(true));

/**
 * Returns the name, the badge and the time of a message.
 * @param {View} view
 * @param {HTMLElement} time
 */
function head({ author, private: isPrivate }, time) {
  const name = h('span', { class: 'message-name' }, author?.name ?? 'PhotoGPT');
  if (author) name.style.setProperty('--hue', String(hueOf(author.id)));
  const badge = author?.moderator ? 'Moderator' : 'Bot';
  const marks = [
    (!author || author.moderator) && h('span', { class: `badge${author ? '' : ' is-bot'}` }, badge),
    author && isPrivate && h('span', { class: 'message-lock', title: 'Only you can see this' }, icon('lock')),
  ];
  return h('header', { class: 'message-head' }, name, marks, time);
}

/** Returns the note under a private answer. @param {View} view */
function foot(view) {
  if (!view.private || view.author || view.channel.startsWith('dm:')) return undefined;
  return h('p', { class: 'message-private' }, icon('lock'), 'Only you can see this');
}

/**
 * Returns the body of a message of the bot.
 * @param {View} view
 * @param {BotMessage} message
 * @param {Doings} doings
 */
function botBody(view, message, doings) {
  const { text, quote, by, facts, progress, media, buttons, link, mention } = message;
  const waiting = message.tone === 'working' && !progress;
  const dots = waiting && h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
  return [
    h(
      'p',
      { class: 'message-text' },
      mention && [h('span', { class: 'mention' }, `@${mention.name}`), ' '],
      sentences(text, doings.use),
      dots,
    ),
    quote && h('blockquote', {}, h('span', {}, quote), by && h('cite', {}, by.name)),
    progress && progressBar(progress),
    media?.length && pictures(media, doings.picturesOf(view)),
    facts?.length &&
      h(
        'dl',
        { class: 'facts' },
        facts.map(({ label, value }) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
      ),
    (buttons?.length || link) &&
      h(
        'div',
        { class: 'buttons' },
        buttons?.map((button) => callButton(button, view, doings)),
        link && jumpButton(link, doings),
      ),
  ].flatMap((part) => part || []);
}

/**
 * Returns the button of a call.
 * @param {import('../../../chat.ts').Button} button
 * @param {View} view
 * @param {Doings} doings
 */
function callButton({ label, call, style = 'plain' }, view, doings) {
  const element = h('button', { type: 'button', class: `button is-${style}` }, label);
  element.addEventListener('click', async () => {
    if (element.getAttribute('aria-disabled')) return;
    element.setAttribute('aria-disabled', 'true');
    // A disabled button would lose the focus.
    await doings.act(call, view);
    element.removeAttribute('aria-disabled');
  });
  return element;
}

/**
 * Returns the button to another message.
 * @param {import('../../../chat.ts').MessageRef} link
 * @param {Doings} doings
 */
function jumpButton(link, doings) {
  return h(
    'button',
    { type: 'button', class: 'button is-plain', onclick: () => doings.jump(link) },
    icon('jump'),
    'Go to it',
  );
}

/**
 * Returns the link to a message's thread.
 * @param {View} view
 * @param {Doings} doings
 */
export function threadLink(view, doings) {
  const words = view.replies === 1 ? '1 reply' : `${view.replies} replies`;
  return h(
    'button',
    { type: 'button', class: 'thread-link', onclick: () => doings.reply(view) },
    icon('thread'),
    words,
  );
}

/**
 * Returns the buttons that show at a message.
 * @param {View} view
 * @param {Doings} doings
 * @param {boolean} threads
 */
function tools(view, doings, threads) {
  const own = doings.moderator || view.author?.id === doings.me;
  const canThread = threads && !view.private && !view.channel.startsWith('dm:');
  if (!own && !canThread) return undefined;
  return h(
    'div',
    { class: 'message-tools' },
    canThread &&
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': 'Reply in thread',
          title: 'Reply in thread',
          onclick: () => doings.reply(view),
        },
        icon('thread'),
      ),
    own &&
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': 'Delete',
          'data-tool': 'bin',
          title: 'Delete',
          onclick: () => doings.remove(view),
        },
        icon('bin'),
      ),
  );
}
