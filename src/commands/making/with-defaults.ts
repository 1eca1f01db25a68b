/** Fills the options that a person left out with their defaults, as far as the model takes them. */
import type { Call } from '../../chat.ts';
import type { Model } from '../../photogpt/models/model.ts';
import type { Context } from '../kit/define.ts';

type Wish = { model?: string; ratio?: string; count?: number; private?: boolean };

/**
 * Returns the wish and the call with the defaults in them, because a job keeps the options that it was made with.
 * `usual` is the model when nobody has chosen one. `fits` says whether a default model can do what is asked. One that
 * cannot is left out: a default is not worth a refusal.
 */
export async function withDefaults<W extends Wish>(
  { app, origin }: Pick<Context, 'app' | 'origin'>,
  { kind, usual, fits }: { kind: Model['kind']; usual: string; fits(model: Model): boolean },
  wish: W,
  call: Call,
): Promise<{ wish: W; call: Call }> {
  const set = await app.settings.defaults(origin);
  const chosen = set[`${kind}-model`];
  const preferred = chosen === undefined ? undefined : app.catalogue.find(chosen);
  const takesIt = wish.model === undefined && preferred?.kind === kind && fits(preferred);
  const model = takesIt ? preferred : app.catalogue.find(wish.model ?? usual);
  const shapes = model?.options.ratio?.values?.map(String) ?? [];
  const found: Wish = {
    model: takesIt ? preferred.id : undefined,
    ratio: set.shape !== undefined && shapes.includes(set.shape) ? set.shape : undefined,
    count: set.count === undefined || !model ? undefined : Math.min(set.count, model.maxCount),
    private: set.private,
  };
  const missing = Object.entries(found).filter(
    ([name, value]) => value !== undefined && wish[name as keyof Wish] === undefined,
  );
  const used = Object.fromEntries(missing);
  return { wish: { ...wish, ...used }, call: { ...call, options: { ...call.options, ...used } } };
}
