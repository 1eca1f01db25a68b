/** `/settings`: what moderators decide for their place or one of its channels. */
import type { Button, Message } from '../chat.ts';
import { rules } from '../policy/rules.ts';
import { define } from './kit/define.ts';
import { moment } from './moment.ts';

const group = 'For moderators';
const name = {
  kind: 'choice',
  description: 'Which setting',
  choices: rules.map(({ name, about }) => ({ value: name, label: `${name}: ${about}` })),
} as const;
const channel = { kind: 'flag', description: 'For this channel only, before what counts in the whole place' } as const;

/** Of a list of all settings, so much of each is shown; one by itself is shown whole. */
const shortest = 60;
const longest = 700;

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const where = (scope: string) => (scope === 'place' ? '' : ` (this ${scope})`);

const change: Button = { label: 'Change', call: { command: 'settings set', options: {}, form: true } };
const turn = (label: string, value: string): Button => ({
  label,
  call: { command: 'settings set', options: { name: 'paused', value } },
});

export const settingsShow = define({
  name: 'settings show',
  description: 'What is set here, and who changed it when',
  group,
  example: '',
  options: { name },
  private: true,
  moderators: true,

  async run({ app, origin }, { name: only }): Promise<Message> {
    const [{ set, unset }, changes] = await Promise.all([
      app.settings.shown('rules', origin),
      app.settings.changes('rules', origin),
    ]);
    const wanted = set.filter(({ name: each }) => only === undefined || each === only);
    const facts = wanted.map(({ name: label, value, scope }) => ({
      label,
      value: `${cut(value, only ? longest : shortest)}${where(scope)}`,
    }));
    const made = changes
      .filter((each) => only === undefined || each.name === only)
      .map(({ name: label, value, scope, by, at }) => ({
        label: moment(at),
        value: `${label} ${value === undefined ? 'put back' : `→ ${cut(value, 40)}`}${where(scope)}, by ${cut(by, 40)}`,
      }));
    const isPaused = set.some(({ name: each, value }) => each === 'paused' && value === 'on');
    const about = app.settings.choices('rules').find((each) => each.name === only)?.about;
    const text = only
      ? `**${only}**: ${about}. ${facts.length ? 'It is set here.' : 'It is not set.'}`
      : `${set.length ? `**${set.length}** set here.` : 'Nothing is set here, so everybody may use everything.'} Not set: ${unset.map((each) => `\`${each}\``).join(', ')}.`;
    const pause = isPaused ? turn('Go on', 'off') : turn('Pause', 'on');
    return { text, tone: 'plain', facts: [...facts, ...made], buttons: [change, pause] };
  },
});

export const settingsSet = define({
  name: 'settings set',
  description: 'Change what is allowed here, and how much of it',
  group,
  example: 'name:person-daily-jobs value:20',
  options: {
    name: { ...name, required: true },
    value: {
      kind: 'text',
      description: 'on or off, a number, or a list with commas between: #channels, @roles, models, words',
      required: true,
      max: 4_000,
      long: true,
    },
    channel,
  },
  private: true,
  moderators: true,

  async run({ app, origin }, { name: setting, value, channel: here }): Promise<Message> {
    const scope = here ? 'channel' : 'place';
    const understood = await app.settings.set('rules', setting, value, scope, origin);
    return {
      text: `\`${setting}\` is set for ${here ? 'this channel' : 'the whole place'}, from now on; what is on the way stays as it is.`,
      tone: 'good',
      facts: [{ label: setting, value: cut(understood, longest) }],
      buttons: [
        { label: 'All settings', call: { command: 'settings show', options: {} } },
        {
          label: 'Reset',
          call: { command: 'settings reset', options: { name: setting, ...(here && { channel: here }) } },
        },
      ],
    };
  },
});

export const settingsReset = define({
  name: 'settings reset',
  description: 'Put a setting back to what it is by itself',
  group,
  example: 'person-daily-jobs',
  options: { name: { ...name, required: true }, channel },
  private: true,
  moderators: true,

  async run({ app, origin }, { name: setting, channel: here }): Promise<Message> {
    const gone = await app.settings.reset('rules', setting, here ? 'channel' : 'place', origin);
    const place = here ? 'this channel' : 'the whole place';
    return {
      text: gone > 0 ? `\`${setting}\` is not set for ${place} any more.` : `\`${setting}\` was not set for ${place}.`,
      tone: 'plain',
      buttons: [{ label: 'All settings', call: { command: 'settings show', options: {} } }],
    };
  },
});
