/**
 * Trained models, as commands see them: created, given photos, shared, deleted. A model that a person may not see does not
 * exist for them.
 *
 * In this room: `access.ts` decides who may do what, `remote-model.ts` keeps PhotoGPT's side like ours, and
 * `identities-store.ts` has the rows. Each change happens here under the owner's name only.
 */
import type { Origin, PlatformFacts, PlatformName } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import { ownerOf, owns, referenceTo, type Share, sharesFor } from './access.ts';
import { createModelFinder } from './find-model.ts';
import type { Identity, IdentityStore, Traits } from './identities-store.ts';
import { type RemoteModel, remoteName, remoteTraits, type UploadReport } from './remote-model.ts';
import { createSharing } from './sharing.ts';
import { deletionLeaseMs } from './timings.ts';

/** Photos that a training takes (documented). */
const photoLimits = { min: 12, max: 20 };
/** Most models of one person: more than a person has faces to make models of. */
const maxModels = 20;

/** Most models of a list or of suggestions. */
const maxShown = 25;

/** Longest name of a model, in characters. */
const maxNameCharacters = 40;

/** Models that one step deletes at PhotoGPT. */
const deletionsPerStep = 5;

/** The parts of the bot that this one needs. */
export type IdentitiesParts = {
  api: PhotoGPT;
  store: IdentityStore;
  remoteModel: RemoteModel;
  /** Returns how mentions and ids look on a platform. */
  factsOf(platform: PlatformName): PlatformFacts;
  /** The digest of the API key that new models hang on. */
  key: string;
  /** Removes the row and the file of a kept picture. */
  forget(media: string): Promise<void>;
  /** Whether this person may use a kept picture as a photo: their own, or one that a job they may see made. */
  mayUsePicture(media: string, origin: Origin): Promise<boolean>;
  /** Seconds that a training usually takes. */
  usualTraining(): number;
  random: () => number;
};

/** The facts of a model for its owner. Times are in seconds. `missing` photos are here and not yet at PhotoGPT. */
export type IdentityDetails = {
  photos: number;
  missing: number;
  shares: Share[];
  training?: { job: number; begun: boolean; elapsed: number; usual: number };
};

/** Trained models, as commands see them. */
export type Identities = ReturnType<typeof createIdentities>;
export type { Identity } from './identities-store.ts';

/** Returns the access to trained models. */
export function createIdentities(parts: IdentitiesParts) {
  const { api, store, remoteModel } = parts;
  const { find, own } = createModelFinder(store);

  /** Returns the name without needless spaces. Throws `UserError` when it cannot be used. */
  function checkedName(typed: string): string {
    const name = typed.replace(/\s+/g, ' ').trim();
    if (!name || [...name].length > maxNameCharacters || name.startsWith('#') || /\p{Cc}/u.test(name)) {
      throw refuse('modelNameUnusable', { model: typed });
    }
    return name;
  }

  /** Returns the row with the status that PhotoGPT has now. Our own may be minutes old while a model is in training. */
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

  /** Returns an error of PhotoGPT as a sentence for the person, and any other error as it is. */
  const explained = (error: unknown) => {
    if (!(error instanceof PhotoGPTError)) return error;
    if (error.reason === 'access') return refuse('keyRefused', undefined);
    if (error.reason === 'missing') return refuse('modelGone', undefined);
    return error.verdict === 'rejected' ? refuse('refused', { reason: error.message }) : refuse('away', undefined);
  };

  /** Returns the facts of a model for its owner. */
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

  /** Removes a picture, unless it was given to another model too. */
  async function forgetUnused(media: string): Promise<void> {
    if (!(await store.isPhoto(media))) await parts.forget(media);
  }

  /** Returns a random tag of ten letters and digits. */
  const newTag = () => Array.from({ length: 10 }, () => Math.floor(parts.random() * 36).toString(36)).join('');

  return {
    find,
    own,
    details,
    referenceTo,
    isOwner: owns,
    photoLimits,
    ...createSharing({ store, own, factsOf: parts.factsOf }),

    /**
     * Inserts a model and creates it at PhotoGPT. `consent` has the words that the owner agreed to. A model of this name
     * whose creation was not confirmed is taken up again. Throws `UserError`.
     */
    async create(traits: Traits, consent: string, origin: Origin, signal: AbortSignal): Promise<Identity> {
      const owner = ownerOf(origin);
      const name = checkedName(traits.name);
      const have = await store.count(owner);
      if (have >= maxModels) throw refuse('tooManyModels', { have, max: maxModels });
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
        throw explained(error);
      }
      throw refuse('modelNotMade', { model: name });
    },

    /** Returns the person's own models first, then those that others share with them, at most 25 of each. */
    async list(origin: Origin): Promise<Identity[]> {
      const owner = ownerOf(origin);
      return [...(await store.owned(owner, maxShown)), ...(await store.shared(owner, sharesFor(origin), maxShown))];
    },

    /** Returns suggestions for an option that takes a model. `mine` leaves out shared ones. */
    async suggest(origin: Origin, typed: string, mine = false) {
      const owner = ownerOf(origin);
      const shared = mine ? [] : await store.shared(owner, sharesFor(origin), maxShown);
      const all = [...(await store.owned(owner, maxShown)), ...shared];
      const fits = all.filter((row) => referenceTo(row).toLowerCase().includes(typed.toLowerCase()));
      return fits.slice(0, maxShown).map((row) => ({
        value: referenceTo(row),
        label: row.name,
        hint: owns(row, origin) ? row.status : 'shared with you',
      }));
    },

    /** Returns the model with the status that PhotoGPT has now. */
    look: async (typed: string, origin: Origin, signal: AbortSignal) => refreshed(await find(typed, origin), signal),

    /** Returns a model that pictures can be made with, and its id at PhotoGPT. Throws `UserError`. */
    async usable(typed: string, origin: Origin, signal: AbortSignal): Promise<Identity & { remoteId: string }> {
      const row = await refreshed(await find(typed, origin), signal);
      if (row.status !== 'ready' || row.remoteId === null) {
        throw refuse('modelNotReady', { model: row.name, training: row.status === 'training' });
      }
      return { ...row, remoteId: row.remoteId };
    },

    /**
     * Adds kept pictures to a model, and uploads the photos that PhotoGPT does not have yet. `added` counts those that were
     * new. Throws `UserError`, and then nothing was added.
     */
    async addPhotos(
      typed: string,
      ids: readonly string[],
      origin: Origin,
      signal: AbortSignal,
    ): Promise<IdentityDetails & UploadReport & { row: Identity; added: number }> {
      const row = await refreshed(await own(typed, origin), signal);
      const isTraining = row.status === 'training' || (await store.training(row.id)) !== undefined;
      if (isTraining || row.status === 'ready') throw refuse('modelTrained', { model: row.name, training: isTraining });
      for (const given of ids) if (!(await parts.mayUsePicture(given, origin))) throw refuse('pictureGone', { given });
      const added = await addWithinLimit(row, ids);
      for (const id of ids) if (!added.includes(id)) await forgetUnused(id);
      const report = await remoteModel.uploadPhotos(row.id, signal);
      return { row, added: added.length, ...(await details(row)), ...report };
    },

    /** Returns a model that can be trained now. Throws `UserError`. */
    async trainable(typed: string, origin: Origin, signal: AbortSignal): Promise<Identity> {
      const row = await refreshed(await own(typed, origin), signal);
      const isTraining = (await store.training(row.id)) !== undefined;
      if (isTraining || row.status === 'ready') throw refuse('modelTrained', { model: row.name, training: isTraining });
      const have = (await store.photos(row.id)).length;
      if (have < photoLimits.min) throw refuse('tooFewPhotos', { model: row.name, have, min: photoLimits.min });
      return row;
    },

    /** Changes the traits of the person, at PhotoGPT first, because a repetition there does no harm. Throws `UserError`. */
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
            throw explained(error);
          });
      }
      const { name, age, gender, ethnicity, eyeColor } = next;
      return (await store.update(row.id, { name, age, gender, ethnicity, eyeColor })) ?? next;
    },

    /**
     * Deletes a model: here at once, and at PhotoGPT now or as soon as it answers. `there` says whether PhotoGPT has deleted
     * it. `photos` counts the photos that were deleted here. Throws `UserError`.
     */
    async remove(typed: string, origin: Origin, signal: AbortSignal): Promise<{ photos: number; there: boolean }> {
      const row = await own(typed, origin);
      await store.softDelete(row.id);
      const photos = await store.photos(row.id);
      await store.unlinkPhotos(row.id);
      for (const { media } of photos) if (media !== null) await forgetUnused(media);
      await store.unshare(row.id);
      const held = await store.hold(row.id, deletionLeaseMs);
      const there = held !== undefined && (await eraseRemote(held, signal));
      return { photos: photos.length, there };
    },

    /** Returns the names of this person's own models, for calls of `remove`. */
    owned: async (origin: Origin) => (await store.owned(ownerOf(origin), maxModels)).map(referenceTo),

    /** Deletes models at PhotoGPT that could not be deleted there before. Resolves with how many are gone. */
    async purgeDeletedModels(signal: AbortSignal): Promise<number> {
      let gone = 0;
      for (const held of await store.claimSoftDeleted(parts.key, deletionLeaseMs, deletionsPerStep)) {
        if (await eraseRemote(held, signal)) gone += 1;
      }
      return gone;
    },
  };

  /** Adds photos, and returns the ids of the new ones. Throws `UserError` when there would be too many. */
  async function addWithinLimit(row: Identity, ids: readonly string[]): Promise<string[]> {
    const added = await store.addPhotos(row.id, ids, photoLimits.max);
    if (added) return added;
    const have = (await store.photos(row.id)).length;
    throw refuse('tooManyPhotos', { model: row.name, have, given: ids.length, max: photoLimits.max });
  }

  /** Deletes a model at PhotoGPT. After a failure the lease stays until it runs out, and the next attempt begins then. */
  async function eraseRemote(held: Identity, signal: AbortSignal): Promise<boolean> {
    return remoteModel.erase(held, signal).catch((error: unknown) => {
      if (error instanceof PhotoGPTError) return false;
      throw error;
    });
  }
}
