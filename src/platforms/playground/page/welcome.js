// @ts-check
/** The invitation in an empty channel. */
import { h } from './dom.js';
import { icon } from './icons.js';

/** Prompts to try. */
const ideas = [
  { title: 'A place', prompt: 'a lighthouse on a cliff at dusk, long exposure, soft fog' },
  { title: 'A portrait', prompt: 'portrait of a beekeeper in morning light, 85mm, shallow depth of field' },
  { title: 'A thing', prompt: 'a paper boat on a wet street, reflections of neon signs' },
];

/**
 * Returns the invitation.
 * @param {object} parts
 * @param {string} parts.name of the channel
 * @param {import('../../../commands/kit/sheet.ts').Sheet[]} parts.sheets
 * @param {(line: string) => void} parts.send
 * @param {(line: string) => void} parts.use
 */
export function welcome({ name, sheets, send, use }) {
  const make = sheets.find(({ fields }) => fields.some((field) => field.name === 'prompt' && field.required));
  const cards = make
    ? ideas.map(({ title, prompt }) =>
        h(
          'button',
          { type: 'button', class: 'idea', onclick: () => send(`/${make.name} prompt:${prompt}`) },
          h('strong', {}, icon('spark'), title),
          h('span', {}, prompt),
        ),
      )
    : [];
  return h(
    'section',
    { class: 'welcome' },
    h('img', { src: '/page/favicon.svg', alt: '', width: 72, height: 72 }),
    h('h2', {}, `Welcome to ${name}`),
    h('p', {}, 'Say what you would like to see, and the bot makes it. Press one of these to begin.'),
    h('div', { class: 'ideas' }, cards),
    h(
      'p',
      { class: 'welcome-more' },
      'Or type ',
      h('button', { type: 'button', class: 'code-button', onclick: () => use('/') }, '/'),
      ' to see every command.',
    ),
  );
}
