// @ts-check
/** Turns texts into nodes: the bot's **bold** and `code`, and the commands that people type. */
import { h } from './dom.js';
import { typedCommand } from './typed-command.js';

/**
 * Returns the nodes of the bot's sentences. A code that is a command is a button to use it.
 * @param {string} text
 * @param {(line: string) => void} use
 * @returns {Node[]}
 */
export function sentences(text, use) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/g).map((part) => {
    if (/^\*\*[^*]+\*\*$/.test(part)) return h('strong', {}, part.slice(2, -2));
    if (!/^`[^`]+`$/.test(part)) return document.createTextNode(part);
    const code = part.slice(1, -1);
    if (!/^\/[a-z]/.test(code)) return h('code', {}, code);
    return h(
      'button',
      { type: 'button', class: 'code-button', title: 'Put this into the message box', onclick: () => use(code) },
      code,
    );
  });
}

/**
 * Returns the nodes of a person's text. The names of a command and of its options stand out.
 * @param {string} text
 * @param {import('../../../commands/kit/sheet.ts').Sheet[]} sheets
 * @returns {Node[]}
 */
export function typed(text, sheets) {
  const sheet = typedCommand(text, sheets);
  const name = sheet?.name ?? /^\/([\w-]+)/.exec(text)?.[1];
  if (!name) return [document.createTextNode(text)];
  const options = new Set(sheet?.fields.map((field) => `${field.name}:`));
  const rest = text.slice(name.length + 1).split(/(?<=\s)([\w-]+:)/g);
  return [
    h('span', { class: 'command' }, `/${name}`),
    ...rest.map((part) => (options.has(part) ? h('span', { class: 'option' }, part) : document.createTextNode(part))),
  ];
}

/** Returns a size for people. @param {number} bytes */
export const size = (bytes) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Returns the time of day for people. @param {number} at in milliseconds since 1970 */
export const timeOf = (at) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** Returns the day for people. @param {number} at in milliseconds since 1970 */
export function dayOf(at) {
  const day = new Date(at).toDateString();
  if (day === new Date().toDateString()) return 'Today';
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return 'Yesterday';
  return new Date(at).toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
}

/**
 * Returns a duration for people.
 * @param {number} seconds
 */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
}
