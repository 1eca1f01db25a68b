/** `/presets`: ready-made styles. */
import type { Button } from '../chat.ts';
import { define } from './kit/define.ts';

const maxShown = 15;
const maxButtons = 5;

/** Longest label of a button, in characters. */
const maxLabelCharacters = 75;

/** Lists the ready-made styles that match a search. */
export const presets = define({
  name: 'presets',
  description: 'Ready-made styles, to look through',
  group: 'Make',
  example: 'portrait',
  options: { search: { kind: 'text', description: 'Words of its name', max: 100 } },
  private: true,

  async run({ app }, { search = '' }) {
    const found = app.presets(search);
    if (found.length === 0) {
      const text = search
        ? 'No preset is called anything like that.'
        : 'PhotoGPT has not told its presets yet; try again in a minute.';
      return { text, tone: 'plain' };
    }
    const facts = found
      .slice(0, maxShown)
      .map(({ value, label, hint }) => ({ label: value, value: hint ? `${label}, ${hint}` : label }));
    const buttons = found.slice(0, maxButtons).map(
      ({ value, label }): Button => ({
        label: `Use ${label}`.slice(0, maxLabelCharacters),
        call: { command: 'imagine', options: { preset: value }, form: true },
      }),
    );
    const more = found.length > maxShown ? ` These are the first ${maxShown}; search to see others.` : '';
    return { text: `**${found.length}** presets.${more}`, tone: 'plain', facts, buttons };
  },
});
