/** The options that several commands share. */
import type { App } from '../../app.ts';
import type { Model } from '../../photogpt/models/model.ts';
import type { FlagOption, JobOption, NumberOption, PicturesOption, TextOption } from '../kit/define.ts';

/** Returns the option for a model, suggested by id and label. */
export const modelOption = (kind: Model['kind'], description: string) =>
  ({
    kind: 'text',
    description,
    max: 100,
    suggest: ({ app }, typed) =>
      app.catalogue.suggest(kind, typed).map(({ id, label }) => ({ value: id, label, hint: id })),
  }) satisfies TextOption;

/** Returns the option for a setting whose values differ between models. It suggests the values of all models. */
export const settingOption = (kind: Model['kind'], setting: string, description: string) =>
  ({
    kind: 'text',
    description,
    max: 20,
    suggest: ({ app }, typed) => valuesOf(app, kind, setting, typed),
  }) satisfies TextOption;

function valuesOf(app: App, kind: Model['kind'], setting: string, typed: string) {
  const models = app.catalogue.models.filter((model) => model.kind === kind);
  const values = new Set(models.flatMap(({ options }) => options[setting]?.values ?? []).map(String));
  const wanted = typed.toLowerCase();
  return [...values].filter((value) => value.toLowerCase().includes(wanted)).map((value) => ({ value, label: value }));
}

/** The option for a ready-made style. */
export const presetOption = {
  kind: 'text',
  description: 'A ready-made style',
  max: 100,
  suggest: ({ app }, typed) => app.presets(typed),
} satisfies TextOption;

/** The option for a seed, which is a signed 32-bit number. */
export const seedOption = {
  kind: 'integer',
  description: 'The same seed gives a similar picture',
  min: 0,
  max: 2_147_483_647,
} satisfies NumberOption;

/** The option for settings that only the operator's catalogue knows: `name=value`, with commas between. */
export const settingsOption = {
  kind: 'text',
  description: 'Other settings of the model, as name=value, name=value',
  max: 500,
} satisfies TextOption;

/** The option for a result that only the person sees. */
export const privateOption = { kind: 'flag', description: 'Only you see it' } satisfies FlagOption;

/** The option for a result that is hidden until a person clicks. */
export const spoilerOption = { kind: 'flag', description: 'Hidden until somebody clicks' } satisfies FlagOption;

/** Returns the option for a job, suggested from the newest ones of the person. */
export const jobOption = (description: string) =>
  ({
    kind: 'job',
    description,
    suggest: ({ app, origin }, typed) => app.jobs.suggest(origin, typed),
  }) satisfies JobOption;

/** The three options that choose a picture. `chosenPicture` reads them. */
export const pictureChoice = {
  job: jobOption('The job that made the picture'),
  image: { kind: 'integer', description: 'Which of its pictures', min: 1, max: 100 },
  picture: { kind: 'pictures', description: 'Or any picture of your own', max: 1 },
} satisfies { job: JobOption; image: NumberOption; picture: PicturesOption };
