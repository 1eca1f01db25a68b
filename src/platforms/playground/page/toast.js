// @ts-check
/** A short word at the foot of the page, said aloud by screen readers, gone by itself. */
import { h } from './dom.js';

/** Milliseconds for which it stays, and for each of its characters. */
const stay = { least: 3000, perCharacter: 50 };

/**
 * @param {string} text
 * @param {'plain' | 'bad'} tone
 */
export function toast(text, tone = 'plain') {
  document.querySelector('.toast')?.remove();
  const element = h('div', { class: `toast is-${tone}`, role: tone === 'bad' ? 'alert' : 'status' }, text);
  // Inside an open dialog, or it would lie behind it.
  (document.querySelector('dialog[open]') ?? document.body).append(element);
  setTimeout(() => element.remove(), stay.least + text.length * stay.perCharacter);
}
