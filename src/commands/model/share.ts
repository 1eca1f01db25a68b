/** `/model share` and `/model unshare`: the people who may make portraits with a model besides its owner. */
import type { Choice } from '../kit/define.ts';
import { define } from '../kit/define.ts';
import { trainedModelOption } from './model-option.ts';

const audiences: Choice[] = [
  { value: 'this channel', label: 'This channel', hint: 'everybody in it, when they are here' },
  { value: 'this workspace', label: 'This workspace', hint: 'everybody in it' },
  { value: 'nobody', label: 'Nobody', hint: 'only you' },
];
const suggest = (_: unknown, typed: string) =>
  audiences.filter(({ value }) => value.includes(typed.trim().toLowerCase()));

const opened = {
  person: 'That person can now use it everywhere here.',
  channel: 'Everybody in this channel can now use it, in this channel.',
  tenant: 'Everybody in this workspace can now use it.',
} as const;

/** Shares a model with a person, this channel or everybody here. */
export const modelShare = define({
  name: 'model share',
  description: 'Let somebody else make portraits with a model',
  group: 'Your models',
  example: 'Ada with:this channel',
  options: {
    model: trainedModelOption('Which model of yours', true),
    with: {
      kind: 'text',
      description: 'A mention, this channel, this workspace or nobody',
      required: true,
      max: 100,
      suggest,
    },
  },
  private: true,

  async run({ app, origin }, { model: typed, with: audience }) {
    const { row, share } = await app.identities.share(typed, audience, origin);
    const options = { model: app.identities.referenceTo(row) };
    const stop = { label: 'Stop sharing', call: { command: 'model unshare', options } };
    return {
      text: share === 'nobody' ? 'Only you can use it now.' : `${opened[share.kind]} Its photos stay yours alone.`,
      tone: 'good',
      facts: [{ label: 'model', value: app.identities.referenceTo(row) }],
      buttons: share === 'nobody' ? [] : [stop],
    };
  },
});

/** Ends one share of a model, or all of them. */
export const modelUnshare = define({
  name: 'model unshare',
  description: 'Take a model back from those it was shared with',
  group: 'Your models',
  example: 'Ada',
  options: {
    model: trainedModelOption('Which model of yours', true),
    with: { kind: 'text', description: 'From whom; everybody, if you leave it out', max: 100, suggest },
  },
  private: true,

  async run({ app, origin }, { model: typed, with: audience }) {
    const { row, ended } = await app.identities.unshare(typed, audience, origin);
    const left = (await app.identities.details(row)).shares.length;
    const now = left > 0 ? 'It is still shared with others.' : 'Only you can use it now.';
    return {
      text: ended > 0 ? now : `It was not shared like that. ${now}`,
      tone: 'plain',
      facts: [{ label: 'model', value: app.identities.referenceTo(row) }],
    };
  },
});
