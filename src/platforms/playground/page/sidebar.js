// @ts-check
/** The column at the left: channels, direct messages, threads, and the current person. */
import { avatar } from './avatar.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../view.ts').View} View */
/** @typedef {{ id: string, name: string, moderator: boolean }} Person */

/**
 * The content of the sidebar.
 *
 * @typedef {object} SidebarState
 * @property {{ id: string, name: string }[]} channels
 * @property {string} direct
 * @property {Person} person
 * @property {Person[]} people
 * @property {View[]} threads
 * @property {string} channel
 * @property {number | undefined} thread
 * @property {Map<string, { count: number, mine: boolean }>} unread
 */

/** Threads in the list. */
const maxThreads = 8;

/**
 * Returns the sidebar in `box`.
 * @param {HTMLElement} box
 * @param {{ onSpot(channel: string, thread?: number): void, onPerson(id: string): void }} does
 */
export function createSidebar(box, { onSpot, onPerson }) {
  /** Shows a state, and keeps the focus. @param {SidebarState} state */
  function render(state) {
    const focused = document.activeElement?.getAttribute('data-key');
    box.replaceChildren(
      h(
        'header',
        { class: 'brand' },
        h('img', { src: '/page/favicon.svg', alt: '', width: 34, height: 34 }),
        h('div', {}, h('strong', {}, 'PhotoGPT'), h('span', {}, 'Playground')),
      ),
      lists(state),
      h(
        'footer',
        { class: 'people' },
        h('h2', { id: 'people-title' }, 'You are'),
        h(
          'div',
          { role: 'group', 'aria-labelledby': 'people-title' },
          state.people.map((each) => personButton(each, state.person)),
        ),
      ),
    );
    if (focused) /** @type {HTMLElement | null} */ (box.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
  }

  /** Returns the lists of channels and threads. @param {SidebarState} state */
  function lists(state) {
    const { channels, direct, threads } = state;
    return h(
      'div',
      { class: 'sidebar-lists' },
      h('h2', {}, 'Channels'),
      h(
        'ul',
        {},
        channels.map(({ id, name }) =>
          h('li', {}, entry(state, id, h('span', { class: 'hash', 'aria-hidden': 'true' }, '#'), name)),
        ),
      ),
      h('h2', {}, 'Direct message'),
      h('ul', {}, h('li', {}, entry(state, direct, avatar(undefined), 'PhotoGPT'))),
      threads.length > 0 && [
        h('h2', {}, 'Threads'),
        h(
          'ul',
          {},
          threads.slice(0, maxThreads).map((root) => h('li', {}, threadEntry(root, state.thread))),
        ),
      ],
    );
  }

  /** Returns the button of a channel. @param {SidebarState} state @param {string} id @param {...(Node | string)} content */
  function entry({ channel, unread }, id, ...content) {
    const news = id === channel ? undefined : unread.get(id);
    const badge =
      news &&
      h(
        'span',
        { class: `unread${news.mine ? ' is-mine' : ''}`, 'aria-label': `${news.count} new` },
        news.mine ? `${news.count}` : '',
      );
    const attributes = {
      class: `entry${news ? ' has-news' : ''}`,
      type: 'button',
      'data-key': id,
      'aria-current': id === channel ? 'page' : undefined,
    };
    return h('button', { ...attributes, onclick: () => onSpot(id) }, ...content, badge);
  }

  /** Returns the button of a thread. @param {View} root @param {number | undefined} current */
  function threadEntry(root, current) {
    const words = root.text || root.message?.quote || root.message?.text || 'A picture';
    const attributes = {
      class: 'entry is-thread',
      type: 'button',
      'data-key': `thread-${root.id}`,
      'aria-current': root.id === current ? 'true' : undefined,
    };
    return h(
      'button',
      { ...attributes, title: words, onclick: () => onSpot(root.channel, root.id) },
      icon('thread'),
      h('span', {}, words.replaceAll('**', '')),
    );
  }

  /** Returns the button of a person. @param {Person} each @param {Person} current */
  function personButton(each, current) {
    const isCurrent = each.id === current.id;
    const role = each.moderator ? h('small', {}, 'moderator') : undefined;
    return h(
      'button',
      {
        type: 'button',
        class: 'person',
        'data-key': `person-${each.id}`,
        'aria-pressed': String(isCurrent),
        onclick: () => !isCurrent && onPerson(each.id),
      },
      avatar(each),
      h('span', {}, each.name, role),
    );
  }

  return { render };
}
