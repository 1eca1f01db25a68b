/** Finds a trained model by the words of a person. A model that the person may not see is not found. */
import type { Origin } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import { ownerOf, owns, readReference, sharesFor } from './access.ts';
import type { Identity, IdentityStore } from './identities-store.ts';

/** Most shared models that a name is looked up in. */
const maxShared = 1_000;

/** Returns the two ways of finding a model. */
export function createModelFinder(store: Pick<IdentityStore, 'find' | 'ofOwner' | 'shared'>) {
  /** Returns a model that this person owns or that is shared with them. Throws `UserError`. */
  async function find(typed: string, origin: Origin): Promise<Identity> {
    const reference = readReference(typed);
    const shared = await store.shared(ownerOf(origin), sharesFor(origin), maxShared);
    if ('id' in reference) {
      const row = await store.find(reference.id);
      const open = row && (owns(row, origin) || shared.some(({ id }) => id === row.id));
      if (!open) throw refuse('noSuchModel', { model: typed });
      return row;
    }
    const own = await store.ofOwner(ownerOf(origin), reference.name);
    if (own) return own;
    const matching = shared.filter(({ name }) => name.toLowerCase() === reference.name.toLowerCase());
    const [only] = matching;
    if (!only) throw refuse('noSuchModel', { model: typed });
    if (matching.length > 1) throw refuse('severalModels', { model: typed });
    return only;
  }

  /** Returns a model that this person may change. Throws `UserError`. */
  async function own(typed: string, origin: Origin): Promise<Identity> {
    const row = await find(typed, origin);
    if (!owns(row, origin)) throw refuse('notYourModel', { model: row.name });
    return row;
  }

  return { find, own };
}
