// @ts-check
/** Faces: an initial on a colour for each person, and the bot's mark. */
import { h } from './dom.js';

/** Hues that are easy to tell apart. A name always gets the same one. */
const hues = [262, 152, 25, 205, 330, 85, 290, 180];

/** Returns a face. @param {{ id: string, name: string } | undefined} person without one, the bot */
export function avatar(person) {
  if (!person) return h('img', { class: 'avatar', src: '/page/favicon.svg', alt: '', width: 40, height: 40 });
  const face = h('span', { class: 'avatar', 'aria-hidden': 'true' }, person.name.slice(0, 1).toUpperCase());
  face.style.setProperty('--hue', String(hueOf(person.id)));
  return face;
}

/** Returns the hue of a person. @param {string} id */
export function hueOf(id) {
  const sum = [...id].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return hues[sum % hues.length] ?? 262;
}
