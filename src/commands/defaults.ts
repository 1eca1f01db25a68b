/** `/defaults`: options that people set once for themselves, or moderators for a channel or the whole place. */
import type { Message } from '../chat.ts';
import { defaultChoices } from '../policy/default-choices.ts';
import { define } from './kit/define.ts';

const group = 'The bot';
const name = {
  kind: 'choice',
  description: 'Which default',
  choices: defaultChoices.map(({ name, about }) => ({ value: name, label: `${name}: ${about}` })),
} as const;
const whose = {
  kind: 'choice',
  description: 'For you, or as a moderator for this channel or the whole place',
  choices: [
    { value: 'person', label: 'Me' },
    { value: 'channel', label: 'This channel' },
    { value: 'place', label: 'The whole place' },
  ],
} as const;
const owners = { person: 'you', channel: 'this channel', place: 'the whole place' };
const all = { label: 'All defaults', call: { command: 'defaults show', options: {} } };

/** Shows the defaults that hold for the person, and the scope of each. */
export const defaultsShow = define({
  name: 'defaults show',
  description: 'What is used when you do not say otherwise, and why',
  group,
  example: '',
  options: {},
  private: true,

  async run({ app, origin }): Promise<Message> {
    const { set, unset } = await app.settings.shown('defaults', origin);
    const facts = set.map(({ name: label, value, scope }) => ({ label, value: `${value} (set for ${owners[scope]})` }));
    const names = unset.map((each) => `\`${each}\``).join(', ');
    const rest = unset.length > 0 ? ` Not set: ${names}.` : '';
    return {
      text: `${set.length > 0 ? `**${set.length}** set.` : 'Nothing is set.'}${rest} They count for \`/imagine\` and \`/video\`.`,
      tone: 'plain',
      facts,
      buttons: [{ label: 'Change', call: { command: 'defaults set', options: {}, form: true } }],
    };
  },
});

/** Sets a default for the person, or as a moderator for a channel or the whole place. */
export const defaultsSet = define({
  name: 'defaults set',
  description: 'Choose what is used when you do not say otherwise',
  group,
  example: 'name:shape value:16:9',
  options: {
    name: { ...name, required: true },
    value: {
      kind: 'text',
      description: 'A model, a shape such as 16:9, a number, or on and off',
      required: true,
      max: 100,
      suggest: ({ app }, typed) =>
        [...app.catalogue.suggest('image', typed), ...app.catalogue.suggest('video', typed)].map(({ id, label }) => ({
          value: id,
          label,
          hint: id,
        })),
    },
    whose,
  },
  private: true,

  async run({ app, origin }, { name: setting, value, whose: scope = 'person' }): Promise<Message> {
    const understood = await app.settings.set('defaults', setting, value, scope, origin);
    return {
      text: `\`${setting}\` is set for ${owners[scope]}.`,
      tone: 'good',
      facts: [{ label: setting, value: understood }],
      buttons: [all],
    };
  },
});

/** Puts one default back, or all of them. */
export const defaultsReset = define({
  name: 'defaults reset',
  description: 'Forget a default, or all of them',
  group,
  example: 'shape',
  options: { name, whose },
  private: true,

  async run({ app, origin }, { name: setting, whose: scope = 'person' }): Promise<Message> {
    const gone = await app.settings.reset('defaults', setting, scope, origin);
    const what = setting ? `\`${setting}\`` : 'Every default';
    return {
      text:
        gone > 0
          ? `${what} is forgotten for ${owners[scope]}.`
          : `${setting ? what : 'Nothing'} was ${setting ? 'not ' : ''}set for ${owners[scope]}.`,
      tone: 'plain',
      buttons: [all],
    };
  },
});
