/** `/model create`: a model of a person, with their consent. */
import { refuse } from '../../errors/catalogue.ts';
import { define } from '../kit/define.ts';
import { ageOption, genders, traitOptions } from './model-option.ts';

/** The consent of the person. It is the option's description, and the model keeps it word for word. */
const consentWords = 'This is me, or I have this adult person’s permission';

/** Creates a model of a person, with their consent. */
export const modelCreate = define({
  name: 'model create',
  description: 'Begin a model of yourself, to make portraits with',
  group: 'Your models',
  example: 'Ada age:36 gender:Female consent:true',
  options: {
    name: { kind: 'text', description: 'What to call the model', required: true, max: 40 },
    age: { ...ageOption, required: true },
    gender: { kind: 'choice', description: 'As PhotoGPT knows them', required: true, choices: genders },
    consent: { kind: 'flag', description: consentWords, required: true },
    ...traitOptions,
  },
  private: true,

  async run({ app, origin, signal }, { name, age, gender, consent, ethnicity = null, 'eye-color': eyeColor = null }) {
    if (!consent) throw refuse('consentNeeded', undefined);
    await app.settings.mayUseModels(origin);
    const traits = { name, age, gender, ethnicity, eyeColor };
    const model = await app.identities.create(traits, consentWords, origin, signal);
    const { min, max } = app.identities.photoLimits;
    return {
      text: `**Your model is begun.** Now give it ${min} to ${max} photos of one person: one face in each, in different light and from different sides. Only you see them.`,
      tone: 'good',
      facts: [
        { label: 'model', value: app.identities.referenceTo(model) },
        {
          label: 'consent',
          value: `${model.consent}, ${model.consentAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
        },
      ],
      buttons: [
        {
          label: 'Add photos',
          style: 'primary',
          call: { command: 'model photos', options: { model: app.identities.referenceTo(model) }, form: true },
        },
      ],
    };
  },
});
