// @ts-check
/** A short message at the foot of the page. Screen readers read it, and it goes by itself. */
import { h } from './dom.js';
import { toastMs, toastPerCharacterMs } from './timings.js';

/**
 * Shows a message, in the place of the one before.
 * @param {string} text
 * @param {'plain' | 'bad'} tone
 */
export function toast(text, tone = 'plain') {
  document.querySelector('.toast')?.remove();
  const element = h('div', { class: `toast is-${tone}`, role: tone === 'bad' ? 'alert' : 'status' }, text);
  // Inside an open dialog, because it would otherwise lie behind it.
  (document.querySelector('dialog[open]') ?? document.body).append(element);
  setTimeout(() => element.remove(), toastMs + text.length * toastPerCharacterMs);
}
