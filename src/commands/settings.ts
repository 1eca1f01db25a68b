/** `/settings`: the rules that moderators set for their place or one of its channels. */
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

/** Characters of a value in the list of all settings, and of a value that is shown by itself. */
const maxListedCharacters = 60;
const maxShownCharacters = 700;

/** Characters of a value or a name in the list of changes. */
const maxChangeCharacters = 40;

const cut = (text: string, maxCharacters: number) =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text;
const where = (scope: string) => (scope === 'place' ? '' : ` (this ${scope})`);

const change: Button = { label: 'Change', call: { command: 'settings set', options: {}, form: true } };
const pauseButton = (label: string, value: string): Button => ({
  label,
  call: { command: 'settings set', options: { name: 'paused', value } },
});

/** Shows the rules that hold here, and who changed them when. */
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
      value: `${cut(value, only ? maxShownCharacters : maxListedCharacters)}${where(scope)}`,
    }));
    const made = changes
      .filter((each) => only === undefined || each.name === only)
      .map(({ name: label, value, scope, by, at }) => ({
        label: moment(at),
        value: `${label} ${value === undefined ? 'put back' : `→ ${cut(value, maxChangeCharacters)}`}${where(scope)}, by ${cut(by, maxChangeCharacters)}`,
      }));
    const isPaused = set.some(({ name: each, value }) => each === 'paused' && value === 'on');
    const about = app.settings.choices('rules').find((each) => each.name === only)?.about;
    const text = only
      ? `**${only}**: ${about}. ${facts.length ? 'It is set here.' : 'It is not set.'}`
      : `${set.length ? `**${set.length}** set here.` : 'Nothing is set here, so everybody may use everything.'} Not set: ${unset.map((each) => `\`${each}\``).join(', ')}.`;
    const pause = isPaused ? pauseButton('Go on', 'off') : pauseButton('Pause', 'on');
    return { text, tone: 'plain', facts: [...facts, ...made], buttons: [change, pause] };
  },
});

/** Sets a rule for the whole place or for this channel. */
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
      facts: [{ label: setting, value: cut(understood, maxShownCharacters) }],
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

/** Puts a rule back to its default. */
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
