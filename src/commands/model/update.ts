/** `/model update`: another name, or other facts about the person. */
import { refuse } from '../../errors/catalogue.ts';
import { define } from '../kit/define.ts';
import { ageOption, genders, trainedModelOption, traitOptions } from './model-option.ts';

/** Changes the name of a model, or the traits of its person. */
export const modelUpdate = define({
  name: 'model update',
  description: 'Rename a model, or change what it says about the person',
  group: 'Your models',
  example: 'Ada name:Ada Lovelace',
  options: {
    model: trainedModelOption('Which model of yours', true),
    name: { kind: 'text', description: 'Its new name', max: 40 },
    age: ageOption,
    gender: { kind: 'choice', description: 'As PhotoGPT knows them', choices: genders },
    ...traitOptions,
  },
  private: true,

  async run({ app, origin, signal }, { model: typed, name, age, gender, ethnicity, 'eye-color': eyeColor }) {
    const changes = { name, age, gender, ethnicity, eyeColor };
    if (Object.values(changes).every((value) => value === undefined)) {
      throw refuse('missingOption', {
        command: 'model update',
        option: 'a new name, age, gender, ethnicity or eye color',
      });
    }
    const model = await app.identities.update(typed, changes, origin, signal);
    const facts = [
      { label: 'model', value: app.identities.referenceTo(model) },
      { label: 'person', value: [model.age, model.gender, model.ethnicity, model.eyeColor].filter(Boolean).join(', ') },
    ];
    return { text: 'Changed, here and at PhotoGPT.', tone: 'good', facts };
  },
});
