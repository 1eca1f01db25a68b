// @ts-check
/** The list of suggestions at a text box. The box keeps the focus, and the arrows move through the list. */
import { freshId, h } from './dom.js';

/** @typedef {{ label: string, hint?: string, tag?: string, pick(): void }} ListItem */

/**
 * Returns a list for a text box, and adds it to `holder`.
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {HTMLElement} holder
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
   * Shows the items. With `eager`, Enter takes the first.
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
      // Otherwise the box would lose the focus.
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

  /** Marks an item, or none with -1. @param {number} to */
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
  /** Unmarks the item while the server looks for new ones. Hides a list of commands at once. */
  const release = () => (items.some(({ label }) => label.startsWith('/')) ? hide() : move(-1));

  /**
   * Returns the action of a key. Undefined when the list has none.
   * @param {KeyboardEvent} event
   */
  function actionOf({ key, shiftKey }) {
    if (key === 'ArrowDown') return () => move((active + 1) % items.length);
    if (key === 'ArrowUp') return () => move(active <= 0 ? items.length - 1 : active - 1);
    if (key === 'Escape') return hide;
    if (key === 'Enter') return items[active]?.pick;
    if (key === 'Tab') return (items[active] ?? (shiftKey ? undefined : items[0]))?.pick;
    return undefined;
  }

  /**
   * Handles a key. Returns whether it was for the list.
   * @param {KeyboardEvent} event
   */
  function onKey(event) {
    const act = list.hidden ? undefined : actionOf(event);
    if (!act) return false;
    act();
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return { show, hide, release, onKey, isOpen: () => !list.hidden };
}
