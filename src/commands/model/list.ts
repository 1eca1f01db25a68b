/** `/model list`: the models that a person may use. */
import type { Button } from '../../chat.ts';
import { define } from '../kit/define.ts';
import { stateOf } from './show.ts';

/** Models that have a button. */
const maxButtons = 5;

/** Lists the person's own models and those that others share with them. */
export const modelList = define({
  name: 'model list',
  description: 'Your models, and those that others share with you',
  group: 'Your models',
  example: '',
  options: {},
  private: true,

  async run({ app, origin }) {
    const models = await app.identities.list(origin);
    if (models.length === 0) {
      const create: Button = { label: 'Create one', call: { command: 'model create', options: {}, form: true } };
      return { text: 'You have no models yet. `/model create` begins one.', tone: 'plain', buttons: [create] };
    }
    const facts = models.map((model) => {
      const shared = app.identities.isOwner(model, origin) ? '' : ', shared with you';
      return { label: app.identities.referenceTo(model), value: `${stateOf(model)}${shared}` };
    });
    const ready = models.filter(({ status }) => status === 'ready').slice(0, maxButtons);
    const buttons = ready.map((model): Button => {
      const options = { model: app.identities.referenceTo(model) };
      return { label: `Portrait of ${model.name}`.slice(0, 75), call: { command: 'portrait', options, form: true } };
    });
    return { text: models.length === 1 ? 'One model.' : `${models.length} models.`, tone: 'plain', facts, buttons };
  },
});
