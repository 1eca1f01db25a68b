/** What commands can ask of trained models. What somebody may not see does not exist for them. */
import type { Origin } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import { owns, readAudience, readReference, referenceTo, type Share, sharesFor } from './access.ts';
import type { Identity, IdentityStore, Traits } from './identities-store.ts';
import { type HandedOver, type RemoteModel, remoteName, remoteTraits } from './remote-model.ts';

/** How many photos a training takes (documented). */
const photoLimits = { min: 12, max: 20 };
/** More than anybody has faces to make models of. */
const mostModels = 20;
/** No more than this are offered or listed. */
const shown = 25;
/** Nobody else works on a model while it is being deleted, in milliseconds. */
const deletion = 120_000;

export type IdentitiesParts = {
  api: PhotoGPT;
  store: IdentityStore;
  remoteModel: RemoteModel;
  /** The digest of the API key that new models hang on. */
  key: string;
  forget(media: string): Promise<void>;
  /** Whether this person may use a kept picture as a photo: their own, or one that a job they may see made. */
  mayUsePicture(media: string, origin: Origin): Promise<boolean>;
  /** Seconds that a training usually takes. */
  usualTraining(): number;
  random: () => number;
};

/** A model as its owner sees it; times in seconds. `missing` photos are kept here and not yet at PhotoGPT. */
export type IdentityDetails = {
  photos: number;
  missing: number;
  shares: Share[];
  training?: { job: number; begun: boolean; elapsed: number; usual: number };
};

export type Identities = ReturnType<typeof createIdentities>;
export type { Identity } from './identities-store.ts';

export function createIdentities(parts: IdentitiesParts) {
  const { api, store, remoteModel } = parts;
  const ownerOf = ({ platform, tenant, person }: Origin) => ({ platform, tenant, person: person.id });

  /** A model that this person owns or that is shared with them. Throws `UserError`. */
  async function find(typed: string, origin: Origin): Promise<Identity> {
    const reference = readReference(typed);
    const shared = await store.shared(ownerOf(origin), sharesFor(origin), 1_000);
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

  /** A model that this person may change. Throws `UserError`. */
  async function own(typed: string, origin: Origin): Promise<Identity> {
    const row = await find(typed, origin);
    if (!owns(row, origin)) throw refuse('notYourModel', { model: row.name });
    return row;
  }

  function checkedName(typed: string): string {
    const name = typed.replace(/\s+/g, ' ').trim();
    if (!name || [...name].length > 40 || name.startsWith('#') || /\p{Cc}/u.test(name)) {
      throw refuse('modelNameUnusable', { model: typed });
    }
    return name;
  }

  /** The row as PhotoGPT has it, where our last look may be minutes old. */
  async function refreshed(row: Identity, signal: AbortSignal): Promise<Identity> {
    if (row.status !== 'training' || row.remoteId === null) return row;
    try {
      const { status } = await api.getModel({ modelID: row.remoteId }, { signal });
      if (status === 'training' || status === 'deleted') return row;
      // A model that has not begun to train may still be about to, by a job that waits.
      if (status === 'new' && (await store.training(row.id))) return row;
      return (await store.status(row.id, status)) ?? row;
    } catch (error) {
      if (error instanceof PhotoGPTError) return row;
      throw error;
    }
  }

  /** What PhotoGPT said no to, in the words of the error book. */
  const told = (error: unknown) => {
    if (!(error instanceof PhotoGPTError)) return error;
    if (error.reason === 'access') return refuse('keyRefused', undefined);
    if (error.reason === 'missing') return refuse('modelGone', undefined);
    return error.verdict === 'refused' ? refuse('refused', { reason: error.message }) : refuse('away', undefined);
  };

  async function details(row: Identity): Promise<IdentityDetails> {
    const photos = await store.photos(row.id);
    const training = await store.training(row.id);
    return {
      photos: photos.length,
      missing: photos.filter(({ remoteId }) => remoteId === null).length,
      shares: await store.shares(row.id),
      ...(training && { training: { ...training, usual: parts.usualTraining() } }),
    };
  }

  /** The same kept picture may have been given to another model too. */
  async function forgetUnused(media: string): Promise<void> {
    if (!(await store.isPhoto(media))) await parts.forget(media);
  }

  const newTag = () => Array.from({ length: 10 }, () => Math.floor(parts.random() * 36).toString(36)).join('');

  return {
    find,
    own,
    details,
    referenceTo,
    isOwner: owns,
    photoLimits,

    /**
     * Writes a model down and makes it at PhotoGPT; `consent` is what the owner agreed to, word for word. One that was
     * begun under this name and not confirmed is taken up again. Throws `UserError`.
     */
    async create(traits: Traits, consent: string, origin: Origin, signal: AbortSignal): Promise<Identity> {
      const owner = ownerOf(origin);
      const name = checkedName(traits.name);
      const have = await store.count(owner);
      if (have >= mostModels) throw refuse('tooManyModels', { have, max: mostModels });
      const { event } = origin;
      const written = { ...traits, ...owner, name, event, consent, key: parts.key, tag: newTag() };
      const row = (await store.insert(written)) ?? (await store.ofOwner(owner, name));
      if (!row) throw refuse('away', undefined);
      if (row.remoteId !== null && row.event !== event) throw refuse('modelNameTaken', { model: name });
      try {
        const made = await remoteModel.make(row.id, signal);
        if (made) return made;
      } catch (error) {
        // PhotoGPT did nothing, so nothing is left of it here either.
        if (error instanceof PhotoGPTError) await store.removeUnsent(row.id);
        throw told(error);
      }
      throw refuse('modelNotMade', { model: name });
    },

    /** The owner's models first, then those that others share with them, at most 25 of each. */
    async list(origin: Origin): Promise<Identity[]> {
      const owner = ownerOf(origin);
      return [...(await store.owned(owner, shown)), ...(await store.shared(owner, sharesFor(origin), shown))];
    },

    /** Suggestions for an option that takes a model; `mine` leaves out what others share. */
    async suggest(origin: Origin, typed: string, mine = false) {
      const owner = ownerOf(origin);
      const shared = mine ? [] : await store.shared(owner, sharesFor(origin), shown);
      const all = [...(await store.owned(owner, shown)), ...shared];
      const fits = all.filter((row) => referenceTo(row).toLowerCase().includes(typed.toLowerCase()));
      return fits.slice(0, shown).map((row) => ({
        value: referenceTo(row),
        label: row.name,
        hint: owns(row, origin) ? row.status : 'shared with you',
      }));
    },

    /** The model as PhotoGPT has it now. */
    look: async (typed: string, origin: Origin, signal: AbortSignal) => refreshed(await find(typed, origin), signal),

    /** A model that pictures can be made with, and what PhotoGPT calls it. Throws `UserError`. */
    async usable(typed: string, origin: Origin, signal: AbortSignal): Promise<Identity & { remoteId: string }> {
      const row = await refreshed(await find(typed, origin), signal);
      if (row.status !== 'ready' || row.remoteId === null) {
        throw refuse('modelNotReady', { model: row.name, training: row.status === 'training' });
      }
      return { ...row, remoteId: row.remoteId };
    },

    /**
     * Adds kept pictures to a model and hands over what PhotoGPT does not have yet. `added` counts those that were not
     * there already. Throws `UserError`, and then nothing was added.
     */
    async addPhotos(
      typed: string,
      ids: readonly string[],
      origin: Origin,
      signal: AbortSignal,
    ): Promise<IdentityDetails & HandedOver & { row: Identity; added: number }> {
      const row = await refreshed(await own(typed, origin), signal);
      const busy = row.status === 'training' || (await store.training(row.id)) !== undefined;
      if (busy || row.status === 'ready') throw refuse('modelTrained', { model: row.name, training: busy });
      for (const given of ids) if (!(await parts.mayUsePicture(given, origin))) throw refuse('pictureGone', { given });
      const added = await store.addPhotos(row.id, ids, photoLimits.max);
      if (!added) {
        const have = (await store.photos(row.id)).length;
        throw refuse('tooManyPhotos', { model: row.name, have, given: ids.length, max: photoLimits.max });
      }
      for (const id of ids) if (!added.includes(id)) await forgetUnused(id);
      const handed = await remoteModel.handOver(row.id, signal);
      return { row, added: added.length, ...(await details(row)), ...handed };
    },

    /** A model that can be trained now. Throws `UserError`. */
    async trainable(typed: string, origin: Origin, signal: AbortSignal): Promise<Identity> {
      const row = await refreshed(await own(typed, origin), signal);
      const busy = (await store.training(row.id)) !== undefined;
      if (busy || row.status === 'ready') throw refuse('modelTrained', { model: row.name, training: busy });
      const have = (await store.photos(row.id)).length;
      if (have < photoLimits.min) throw refuse('tooFewPhotos', { model: row.name, have, min: photoLimits.min });
      return row;
    },

    /** Changes what is known of the person, at PhotoGPT first: saying it twice does no harm. Throws `UserError`. */
    async update(typed: string, changes: Partial<Traits>, origin: Origin, signal: AbortSignal): Promise<Identity> {
      const row = await own(typed, origin);
      const { name: _, ...rest } = changes;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const next: Identity = { ...row, ...given, name: checkedName(changes.name ?? row.name) };
      const namesake = await store.ofOwner(ownerOf(origin), next.name);
      if (namesake && namesake.id !== row.id) throw refuse('modelNameTaken', { model: next.name });
      if (row.remoteId !== null) {
        await api
          .updateModel({ id: row.remoteId, name: remoteName(next), ...remoteTraits(next) }, { signal })
          .catch((error: unknown) => {
            throw told(error);
          });
      }
      const { name, age, gender, ethnicity, eyeColor } = next;
      return (await store.update(row.id, { name, age, gender, ethnicity, eyeColor })) ?? next;
    },

    /** Opens a model to a person, this channel or this tenant; `nobody` closes it. Throws `UserError`. */
    async share(typed: string, audience: string, origin: Origin): Promise<{ row: Identity; share: Share | 'nobody' }> {
      const row = await own(typed, origin);
      const share = readAudience(audience, origin);
      if (share === 'no channel') throw refuse('notAChannel', undefined);
      if (!share) throw refuse('notSomebody', { given: audience });
      if (share === 'nobody') await store.unshare(row.id);
      else await store.share(row.id, share);
      return { row, share };
    },

    /** Closes a model to an audience, or to all; gives how many shares ended. Throws `UserError`. */
    async unshare(typed: string, audience: string | undefined, origin: Origin) {
      const row = await own(typed, origin);
      const share = audience === undefined ? 'nobody' : readAudience(audience, origin);
      if (share === 'no channel') throw refuse('notAChannel', undefined);
      if (!share) throw refuse('notSomebody', { given: audience ?? '' });
      return { row, ended: await store.unshare(row.id, share === 'nobody' ? undefined : share) };
    },

    /**
     * Deletes a model: here at once, at PhotoGPT now or, where that does not answer (`there` is false), as soon as it
     * does. `photos` counts what was deleted here. Throws `UserError`.
     */
    async remove(typed: string, origin: Origin, signal: AbortSignal): Promise<{ photos: number; there: boolean }> {
      const row = await own(typed, origin);
      await store.bury(row.id);
      const photos = await store.photos(row.id);
      await store.unlinkPhotos(row.id);
      for (const { media } of photos) if (media !== null) await forgetUnused(media);
      await store.unshare(row.id);
      const held = await store.hold(row.id, deletion);
      const there = held !== undefined && (await erased(held, signal));
      return { photos: photos.length, there };
    },

    /** How this person's own models are called, for calls of `remove`. */
    owned: async (origin: Origin) => (await store.owned(ownerOf(origin), mostModels)).map(referenceTo),

    /** Deletes at PhotoGPT what could not be deleted there before; gives how many models are gone. */
    async eraseBuried(signal: AbortSignal): Promise<number> {
      let gone = 0;
      for (const held of await store.claimBuried(parts.key, deletion, 5)) if (await erased(held, signal)) gone += 1;
      return gone;
    },
  };

  /** When it does not work, the hold stays until it runs out: the next try comes then. */
  async function erased(held: Identity, signal: AbortSignal): Promise<boolean> {
    return remoteModel.erase(held, signal).catch((error: unknown) => {
      if (error instanceof PhotoGPTError) return false;
      throw error;
    });
  }
}
