/** `/model show`: the state of a model. */
import type { Button } from '../../chat.ts';
import { define } from '../kit/define.ts';
import { trainedModelOption } from './model-option.ts';

const states = {
  creating: 'being begun',
  new: 'waiting for photos and training',
  training: 'being trained',
  ready: 'ready',
  failed: 'not trained: the last training failed',
} as const;

/** Returns the state of a model in words. */
export const stateOf = ({ status }: { status: keyof typeof states }) => states[status];

const minutes = (seconds: number) => `${Math.max(1, Math.round(seconds / 60))} min`;
const audiences = { person: 'a person', channel: 'a channel', tenant: 'this workspace' } as const;

/** Shows the state of a model: photos, training, and the people who may use it. */
export const modelShow = define({
  name: 'model show',
  description: 'How a model stands: photos, training, and who may use it',
  group: 'Your models',
  example: 'Ada',
  options: { model: trainedModelOption('Which model') },
  private: true,

  async run({ app, origin, signal }, { model: typed }) {
    const model = await app.identities.look(typed, origin, signal);
    const options = { model: app.identities.referenceTo(model) };
    const portrait: Button = {
      label: 'Portrait',
      style: 'primary',
      call: { command: 'portrait', options, form: true },
    };
    const use = model.status === 'ready' ? [portrait] : [];
    const text = `**${stateOf(model)[0]?.toUpperCase()}${stateOf(model).slice(1)}.**`;
    const name = { label: 'model', value: app.identities.referenceTo(model) };
    // A person who may only use the model learns nothing else about the person in it.
    if (!app.identities.isOwner(model, origin)) return { text, tone: 'plain', facts: [name], buttons: use };

    const { photos, missing, shares, training } = await app.identities.details(model);
    const { min, max } = app.identities.photoLimits;
    const facts = [
      name,
      { label: 'photos', value: missing > 0 ? `${photos}, ${missing} of them not yet at PhotoGPT` : String(photos) },
      ...(photos < min ? [{ label: 'missing', value: String(min - photos) }] : []),
      ...(training ? [{ label: training.begun ? 'trained for' : 'waits for', value: minutes(training.elapsed) }] : []),
      ...(training ? [{ label: 'expected', value: `about ${minutes(training.usual)}` }] : []),
      { label: 'person', value: [model.age, model.gender, model.ethnicity, model.eyeColor].filter(Boolean).join(', ') },
      {
        label: 'shared with',
        value: shares.map(({ kind, target }) => `${audiences[kind]} (${target})`).join(', ') || 'nobody',
      },
      { label: 'consent', value: `${model.consent}, ${model.consentAt.toISOString().slice(0, 10)}` },
    ];
    const closed = training !== undefined || model.status === 'ready' || model.status === 'training';
    const steps: Button[] = closed
      ? []
      : [
          ...(photos < max ? [{ label: 'Add photos', call: { command: 'model photos', options, form: true } }] : []),
          ...(photos < min ? [] : [{ label: 'Train', call: { command: 'model train', options } }]),
        ];
    const remove: Button = { label: 'Delete', style: 'danger', call: { command: 'model delete', options } };
    return { text, tone: 'plain', facts, buttons: [...use, ...steps, remove] };
  },
});
