/** Checks the settings of a request against the chosen model, before anything is spent. */
import type { App } from '../../app.ts';
import { refuse } from '../../errors/catalogue.ts';
import { checkOptions, type Problem } from '../../photogpt/models/check-options.ts';
import type { ImageModel, Model, Scalar, VideoModel } from '../../photogpt/models/model.ts';

type Given = Record<string, Scalar | undefined>;

/** Returns the model that a person typed, by id or label. Throws a `UserError` that names the models of this kind. */
export function modelOf(app: App, kind: 'image', typed: string): ImageModel;
export function modelOf(app: App, kind: 'video', typed: string): VideoModel;
export function modelOf(app: App, kind: Model['kind'], typed: string): Model {
  const model = app.catalogue.find(typed);
  if (model?.kind === kind) return model;
  const allowed = app.catalogue.models.filter((one) => one.kind === kind).map(({ id }) => id);
  throw refuse('notAChoice', { option: 'model', given: typed, allowed });
}

/**
 * Returns the settings for a request: the named ones, and those that `more` writes as `name=value`, each of the kind in
 * the model's list. Throws a `UserError` for the first that the model does not take, which names the values that fit.
 */
export function settingsFor(
  model: Model,
  named: Given,
  more: string | undefined,
  references: number | readonly string[],
  count: number | undefined,
): Given {
  const settings = { ...named, ...parseSettings(model, more) };
  const [problem] = checkOptions(model, settings, references, count);
  if (problem) throw errorFor(model, problem);
  return settings;
}

/** Reads `seed=7, camera=pan` as settings. An unknown setting stays text, and `checkOptions` refuses it by its name. */
function parseSettings(model: Model, more = ''): Given {
  const pairs = more
    .split(',')
    .map((pair) => pair.trim())
    .filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      const value = rest.join('=').trim();
      const kind = Object.hasOwn(model.options, name.trim()) ? model.options[name.trim()]?.kind : undefined;
      return [name.trim(), parseValue(kind, value)];
    }),
  );
}

/** Reads a value as the kind of its setting. What does not fit stays text, which `checkOptions` refuses. */
function parseValue(kind: string | undefined, value: string): Scalar {
  if (kind === 'flag' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  if ((kind === 'integer' || kind === 'number') && value !== '' && Number.isFinite(Number(value))) return Number(value);
  return value;
}

/** Returns the error for a problem that the catalogue of models found. */
function errorFor({ label, kind }: Model, { option, problem, allowed, min = 0, max = 0, given }: Problem) {
  switch (problem) {
    case 'lacks':
      return refuse('modelLacks', { model: label, option, takes: allowed });
    case 'range':
      return refuse('outOfRange', { option, given: Number(given), min, max });
    case 'references': {
      const what = kind === 'image' ? 'reference' : option.replace('_', ' ');
      if (min > 0) return refuse('pictureMissing', { model: label, what });
      return refuse('tooManyPictures', { option: `${what} of ${label}`, given: Number(given), max });
    }
    case 'kind':
    case 'choice':
      return refuse('notAChoice', {
        option: `${option} of ${label}`,
        given: String(given),
        allowed: allowed.length ? allowed : ['a number'],
      });
  }
}
