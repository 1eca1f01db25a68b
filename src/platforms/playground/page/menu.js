// @ts-check
/** A menu at the pointer or a button. Arrows, Enter and Esc work as in other menus. */
import { h } from './dom.js';

/** @typedef {{ label: string, danger?: boolean, apart?: boolean, run(): void }} MenuItem */

/** Closes the open menu. @type {(() => void) | undefined} */
let closeOpen;

/**
 * Opens a menu, and closes the one before.
 * @param {MenuItem[]} items `apart` draws a line above one
 * @param {{ x: number, y: number, from: HTMLElement }} at `from` gets the focus back
 */
export function openMenu(items, { x, y, from }) {
  closeOpen?.();
  const buttons = items.map((item) =>
    h(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        tabindex: -1,
        class: `menu-item${item.danger ? ' is-danger' : ''}${item.apart ? ' is-apart' : ''}`,
        onclick: () => choose(item),
      },
      item.label,
    ),
  );
  const menu = h('div', { class: 'menu', role: 'menu' }, buttons);
  document.body.append(menu);
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  buttons[0]?.focus();

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const index = buttons.findIndex((button) => button.matches(':focus'));
    const last = buttons.length - 1;
    const steps = {
      ArrowDown: index < last ? index + 1 : 0,
      ArrowUp: index > 0 ? index - 1 : last,
      Home: 0,
      End: last,
    };
    const next = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (next !== undefined) buttons[next]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  /** @param {Event} event */
  function onOutside(event) {
    if (!(event.target instanceof Node && menu.contains(event.target))) close(false);
  }
  /** @param {MenuItem} item */
  function choose(item) {
    close();
    item.run();
  }
  function close(refocus = true) {
    menu.remove();
    document.removeEventListener('pointerdown', onOutside, true);
    removeEventListener('resize', onOutside);
    closeOpen = undefined;
    if (refocus && from.isConnected) from.focus();
  }
  menu.addEventListener('keydown', onKey);
  document.addEventListener('pointerdown', onOutside, true);
  addEventListener('resize', onOutside);
  closeOpen = close;
}
