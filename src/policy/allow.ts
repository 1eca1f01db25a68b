/** Decides whether a moderator's rules allow work, whatever it costs. The decision comes before anything is spent. */
import type { Origin, Person } from '../chat.ts';
import { refuse, type UserError } from '../errors/catalogue.ts';
import { wordIn } from './blocked-words.ts';
import type { Rules } from './rules.ts';

/** Work that a person asks for. `asksPrivacy` says that the person wants the result for themselves only. */
export type Wanted = {
  operation: 'image' | 'upscale' | 'video' | 'train';
  model: string;
  request: Record<string, unknown>;
  asksPrivacy: boolean;
};

/** An empty list means everybody. Moderators are always on it. A list holds ids of roles and of people. */
const isAmong = (list: readonly string[], { id, roles, moderator }: Person): boolean =>
  list.length === 0 || moderator || list.includes(id) || roles.some((role) => list.includes(role));

/** Whether the work uses or makes a trained model. */
const usesTrainedModel = ({ operation, model }: Wanted) => operation === 'train' || model === 'portrait';

/** Returns why this person may not use trained models here. Undefined when they may. */
export function identityRefusal(rules: Rules, { person }: Origin): UserError | undefined {
  return isAmong(rules['identity-roles'], person) ? undefined : refuse('needsRole', { what: 'Using trained models' });
}

/** Returns the first objection of the moderators' rules to this work here. Undefined when there is none. */
export function refusalOf(rules: Rules, origin: Origin, work: Wanted): UserError | undefined {
  return (
    placeRefusal(rules, origin) ??
    personRefusal(rules, origin, work) ??
    modelRefusal(rules, work) ??
    privacyRefusal(rules, origin, work) ??
    wordRefusal(rules, work) ??
    adultRefusal(rules, origin, work)
  );
}

function placeRefusal(rules: Rules, { place }: Origin): UserError | undefined {
  if (rules.paused) return refuse('paused', undefined);
  const channel = place.kind === 'channel' ? place.channel : 'direct';
  const isElsewhere = rules.channels.length > 0 && !rules.channels.includes(channel);
  return isElsewhere ? refuse('notHere', undefined) : undefined;
}

function personRefusal(rules: Rules, origin: Origin, work: Wanted): UserError | undefined {
  const refusal = usesTrainedModel(work) ? identityRefusal(rules, origin) : undefined;
  if (refusal) return refusal;
  const mayMake = work.operation !== 'video' || isAmong(rules['video-roles'], origin.person);
  return mayMake ? undefined : refuse('needsRole', { what: 'Making videos' });
}

/** The list of allowed models is about public ones: trained models and upscaling have rules of their own. */
function modelRefusal(rules: Rules, work: Wanted): UserError | undefined {
  const denied = rules['denied-models'];
  const isPublicModel = !usesTrainedModel(work) && work.operation !== 'upscale';
  const isUnlisted = isPublicModel && rules.models.length > 0 && !rules.models.includes(work.model);
  if (!isUnlisted && !denied.includes(work.model)) return undefined;
  return refuse('modelNotAllowed', {
    model: work.model,
    allowed: rules.models.filter((model) => !denied.includes(model)),
  });
}

/** A training is always private, so the rule does not hold for it. */
function privacyRefusal(rules: Rules, { place }: Origin, work: Wanted): UserError | undefined {
  const isForbidden = rules.private === 'forbidden' && place.kind === 'channel' && work.operation !== 'train';
  return work.asksPrivacy && isForbidden ? refuse('privateForbidden', undefined) : undefined;
}

function wordRefusal(rules: Rules, work: Wanted): UserError | undefined {
  const word = wordIn(promptOf(work), rules['blocked-words']);
  return word === undefined ? undefined : refuse('blockedWord', { word });
}

function adultRefusal(rules: Rules, { adult = false }: Origin, work: Wanted): UserError | undefined {
  if (adult) return undefined;
  const word = wordIn(promptOf(work), rules['adult-words']);
  if (word !== undefined) return refuse('adultOnly', { what: word });
  return rules['adult-models'].includes(work.model) ? refuse('adultOnly', { what: work.model }) : undefined;
}

const promptOf = ({ request: { prompt } }: Wanted) => (typeof prompt === 'string' ? prompt : '');
