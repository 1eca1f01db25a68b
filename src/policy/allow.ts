/** Whether work is wanted here at all, whatever it costs: one place decides, before anything is spent. */
import type { Origin, Person } from '../chat.ts';
import { refuse, type UserError } from '../errors/catalogue.ts';
import { wordIn } from './blocked-words.ts';
import type { Rules } from './rules.ts';

/** What the decision needs to know of a piece of work. `asksPrivacy`: the person wants it for their eyes only. */
export type Wanted = {
  operation: 'image' | 'upscale' | 'video' | 'train';
  model: string;
  request: Record<string, unknown>;
  asksPrivacy: boolean;
};

/** A list without anybody is everybody; moderators are always among them. A list names roles, or people by their ids. */
const isAmong = (list: readonly string[], { id, roles, moderator }: Person): boolean =>
  list.length === 0 || moderator || list.includes(id) || roles.some((role) => list.includes(role));

/** Work with somebody's trained model. */
const isIdentity = ({ operation, model }: Pick<Wanted, 'operation' | 'model'>) =>
  operation === 'train' || model === 'portrait';

/** Why somebody may not use trained models here; undefined when they may. */
export function identityRefusal(rules: Rules, { person }: Origin): UserError | undefined {
  return isAmong(rules['identity-roles'], person) ? undefined : refuse('needsRole', { what: 'Using trained models' });
}

/** What a moderator's rules have against this work here, the first of it; undefined when nothing. */
export function refusalOf(rules: Rules, origin: Origin, work: Wanted): UserError | undefined {
  const { place, person, adult = false } = origin;
  const spot = place.kind === 'channel' ? place.channel : 'direct';
  const prompt = typeof work.request.prompt === 'string' ? work.request.prompt : '';
  const identity = isIdentity(work);
  const isPublicModel = !identity && work.operation !== 'upscale';

  if (rules.paused) return refuse('paused', undefined);
  if (rules.channels.length > 0 && !rules.channels.includes(spot)) return refuse('notHere', undefined);
  if (identity) {
    const refusal = identityRefusal(rules, origin);
    if (refusal) return refusal;
  }
  if (work.operation === 'video' && !isAmong(rules['video-roles'], person)) {
    return refuse('needsRole', { what: 'Making videos' });
  }
  const denied = rules['denied-models'].includes(work.model);
  if (denied || (isPublicModel && rules.models.length > 0 && !rules.models.includes(work.model))) {
    const allowed = rules.models.filter((model) => !rules['denied-models'].includes(model));
    return refuse('modelNotAllowed', { model: work.model, allowed });
  }
  if (work.asksPrivacy && rules.private === 'forbidden' && place.kind === 'channel' && work.operation !== 'train') {
    return refuse('privateForbidden', undefined);
  }
  const blocked = wordIn(prompt, rules['blocked-words']);
  if (blocked !== undefined) return refuse('blockedWord', { word: blocked });
  if (adult) return undefined;
  const word = wordIn(prompt, rules['adult-words']);
  if (word !== undefined) return refuse('adultOnly', { what: word });
  if (rules['adult-models'].includes(work.model)) return refuse('adultOnly', { what: work.model });
  return undefined;
}
