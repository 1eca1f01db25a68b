// @ts-check
/** The column at the left: channels, the bot itself, threads, and who one is. */
import { avatar } from './avatar.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../view.ts').View} View */
/** @typedef {{ id: string, name: string, moderator: boolean }} Person */

/**
 * @param {HTMLElement} box
 * @param {{ onSpot(channel: string, thread?: number): void, onPerson(id: string): void }} does
 */
export function createSidebar(box, { onSpot, onPerson }) {
  /**
   * @param {object} state
   * @param {{ id: string, name: string }[]} state.channels
   * @param {string} state.direct
   * @param {Person} state.person
   * @param {Person[]} state.people
   * @param {View[]} state.threads
   * @param {string} state.channel
   * @param {number | undefined} state.thread
   * @param {Map<string, { count: number, mine: boolean }>} state.unread
   */
  function render({ channels, direct, person, people, threads, channel, thread, unread }) {
    const focused = document.activeElement?.getAttribute('data-key');
    box.replaceChildren(
      h(
        'header',
        { class: 'brand' },
        h('img', { src: '/page/favicon.svg', alt: '', width: 34, height: 34 }),
        h('div', {}, h('strong', {}, 'PhotoGPT'), h('span', {}, 'Playground')),
      ),
      h(
        'div',
        { class: 'sidebar-lists' },
        h('h2', {}, 'Channels'),
        h(
          'ul',
          {},
          channels.map(({ id, name }) =>
            h('li', {}, entry(id, h('span', { class: 'hash', 'aria-hidden': 'true' }, '#'), name)),
          ),
        ),
        h('h2', {}, 'Direct message'),
        h('ul', {}, h('li', {}, entry(direct, avatar(undefined), 'PhotoGPT'))),
        threads.length > 0 && [
          h('h2', {}, 'Threads'),
          h(
            'ul',
            {},
            threads.slice(0, 8).map((root) => h('li', {}, threadEntry(root))),
          ),
        ],
      ),
      h(
        'footer',
        { class: 'people' },
        h('h2', { id: 'people-title' }, 'You are'),
        h('div', { role: 'group', 'aria-labelledby': 'people-title' }, people.map(personButton)),
      ),
    );
    if (focused) /** @type {HTMLElement | null} */ (box.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();

    /** @param {string} id @param {...(Node | string)} content */
    function entry(id, ...content) {
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

    /** @param {View} root */
    function threadEntry(root) {
      const words = root.text || root.message?.quote || root.message?.text || 'A picture';
      const attributes = {
        class: 'entry is-thread',
        type: 'button',
        'data-key': `thread-${root.id}`,
        'aria-current': root.id === thread ? 'true' : undefined,
      };
      return h(
        'button',
        { ...attributes, title: words, onclick: () => onSpot(root.channel, root.id) },
        icon('thread'),
        h('span', {}, words.replaceAll('**', '')),
      );
    }

    /** @param {Person} each */
    function personButton(each) {
      const on = each.id === person.id;
      const role = each.moderator ? h('small', {}, 'moderator') : undefined;
      return h(
        'button',
        {
          type: 'button',
          class: 'person',
          'data-key': `person-${each.id}`,
          'aria-pressed': String(on),
          onclick: () => !on && onPerson(each.id),
        },
        avatar(each),
        h('span', {}, each.name, role),
      );
    }
  }
  return { render };
}
