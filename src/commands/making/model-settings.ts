/** Settings of a request, checked against what the chosen model takes, before anything is spent. */
import type { App } from '../../app.ts';
import { refuse } from '../../errors/catalogue.ts';
import { checkOptions, type Problem } from '../../photogpt/models/check-options.ts';
import type { ImageModel, Model, Scalar, VideoModel } from '../../photogpt/models/model.ts';

type Given = Record<string, Scalar | undefined>;

/** The model that somebody typed, by id or label. Throws `UserError` naming those of this kind. */
export function modelOf(app: App, kind: 'image', typed: string): ImageModel;
export function modelOf(app: App, kind: 'video', typed: string): VideoModel;
export function modelOf(app: App, kind: Model['kind'], typed: string): Model {
  const model = app.catalogue.find(typed);
  if (model?.kind === kind) return model;
  const allowed = app.catalogue.models.filter((one) => one.kind === kind).map(({ id }) => id);
  throw refuse('notAChoice', { option: 'model', given: typed, allowed });
}

/**
 * The settings for a request: the named ones, and those written as `name=value` in `more`, each as the kind that the
 * model's own list gives it. Throws `UserError` for the first that the model does not take, naming what it takes.
 */
export function settingsFor(
  model: Model,
  named: Given,
  more: string | undefined,
  references: number | readonly string[],
  count: number | undefined,
): Given {
  const settings = { ...named, ...written(model, more) };
  const [problem] = checkOptions(model, settings, references, count);
  if (problem) throw refusal(model, problem);
  return settings;
}

/** `seed=7, camera=pan` as settings. What the model does not know stays text, and is refused by its name later. */
function written(model: Model, more = ''): Given {
  const pairs = more
    .split(',')
    .map((pair) => pair.trim())
    .filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      const value = rest.join('=').trim();
      const kind = Object.hasOwn(model.options, name.trim()) ? model.options[name.trim()]?.kind : undefined;
      return [name.trim(), typed(kind, value)];
    }),
  );
}

function typed(kind: string | undefined, value: string): Scalar {
  if (kind === 'flag' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  if ((kind === 'integer' || kind === 'number') && value !== '' && Number.isFinite(Number(value))) return Number(value);
  return value;
}

/** The catalogue's finding in the words of the error book. */
function refusal({ label, kind }: Model, { option, problem, allowed, min = 0, max = 0, given }: Problem) {
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
