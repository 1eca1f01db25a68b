/** Options that several commands for making things have in common. */
import type { App } from '../../app.ts';
import type { Model } from '../../photogpt/models/model.ts';
import type { FlagOption, JobOption, NumberOption, PicturesOption, TextOption } from '../kit/define.ts';

/** The model, suggested by id and label. */
export const modelOption = (kind: Model['kind'], description: string) =>
  ({
    kind: 'text',
    description,
    max: 100,
    suggest: ({ app }, typed) =>
      app.catalogue.suggest(kind, typed).map(({ id, label }) => ({ value: id, label, hint: id })),
  }) satisfies TextOption;

/** A setting whose values differ from model to model: every value that some model takes is suggested. */
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

export const presetOption = {
  kind: 'text',
  description: 'A ready-made style',
  max: 100,
  suggest: ({ app }, typed) => app.presets(typed),
} satisfies TextOption;

export const seedOption = {
  kind: 'integer',
  description: 'The same seed gives a similar picture',
  min: 0,
  max: 2_147_483_647,
} satisfies NumberOption;

/** Settings that only the operator's catalogue knows: `name=value`, with commas between. */
export const settingsOption = {
  kind: 'text',
  description: 'Other settings of the model, as name=value, name=value',
  max: 500,
} satisfies TextOption;

export const privateOption = { kind: 'flag', description: 'Only you see it' } satisfies FlagOption;
export const spoilerOption = { kind: 'flag', description: 'Hidden until somebody clicks' } satisfies FlagOption;

/** The number of a job, suggested from the newest ones of the person. */
export const jobOption = (description: string) =>
  ({
    kind: 'job',
    description,
    suggest: ({ app, origin }, typed) => app.jobs.suggest(origin, typed),
  }) satisfies JobOption;

/** Three ways to say which picture is meant; `chosenPicture` reads them. */
export const pictureChoice = {
  job: jobOption('The job that made the picture'),
  image: { kind: 'integer', description: 'Which of its pictures', min: 1, max: 100 },
  picture: { kind: 'pictures', description: 'Or any picture of your own', max: 1 },
} satisfies { job: JobOption; image: NumberOption; picture: PicturesOption };
