// @ts-check
/** The list of suggestions above or below a text box: the box keeps the focus, the arrows move through the list. */
import { freshId, h } from './dom.js';

/** @typedef {{ label: string, hint?: string, tag?: string, pick(): void }} ListItem */

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {HTMLElement} holder where the list is put
 */
export function createListbox(input, holder) {
  const id = freshId('list');
  const list = h('div', { class: 'listbox', role: 'listbox', id, hidden: true, 'aria-label': 'Suggestions' });
  holder.append(list);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', id);
  input.setAttribute('aria-expanded', 'false');

  /** @type {ListItem[]} */
  let items = [];
  let active = -1;

  /**
   * Shows the items; with `eager` the first is ready to be taken with Enter.
   * @param {ListItem[]} next
   * @param {{ eager?: boolean, title?: string }} [options]
   */
  function show(next, { eager = false, title } = {}) {
    items = next;
    list.hidden = items.length === 0;
    input.setAttribute('aria-expanded', String(items.length > 0));
    const options = items.map((item, index) => {
      const row = h(
        'div',
        { class: 'listbox-item', role: 'option', id: `${id}-${index}` },
        h('span', { class: 'listbox-label' }, item.label),
        item.hint && h('span', { class: 'listbox-hint' }, item.hint),
        item.tag && h('span', { class: 'listbox-tag' }, item.tag),
      );
      // Before the box loses the focus.
      row.addEventListener('pointerdown', (event) => event.preventDefault());
      row.addEventListener('click', () => item.pick());
      return row;
    });
    list.replaceChildren(
      ...(title ? [h('div', { class: 'listbox-title', role: 'presentation' }, title)] : []),
      ...options,
    );
    move(eager && items.length ? 0 : -1);
  }

  /** @param {number} to */
  function move(to) {
    active = to;
    for (const [index, row] of [...list.querySelectorAll('[role=option]')].entries()) {
      row.setAttribute('aria-selected', String(index === active));
      if (index === active) row.scrollIntoView({ block: 'nearest' });
    }
    if (active < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `${id}-${active}`);
  }

  const hide = () => show([]);
  /** Nothing is chosen any more, while it is found out what fits now; a list of commands goes at once. */
  const release = () => (items.some(({ label }) => label.startsWith('/')) ? hide() : move(-1));

  /**
   * Whether the key was for the list.
   * @param {KeyboardEvent} event
   */
  function onKey(event) {
    if (list.hidden) return false;
    const chosen = items[active] ?? (event.key === 'Tab' && !event.shiftKey ? items[0] : undefined);
    if (event.key === 'ArrowDown') move((active + 1) % items.length);
    else if (event.key === 'ArrowUp') move(active <= 0 ? items.length - 1 : active - 1);
    else if (event.key === 'Escape') hide();
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) chosen.pick();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return { show, hide, release, onKey, isOpen: () => !list.hidden };
}
