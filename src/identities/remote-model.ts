/**
 * Keeps PhotoGPT's side of a trained model like ours: creates it once, uploads each photo once, deletes all of it.
 *
 * Every request may be lost, or may take effect while its answer is lost. So the row records a request before it leaves.
 * A model is found again by the tag in its name. A photo without an id is deleted at PhotoGPT before it is uploaded anew.
 * One process at a time works on a model, by a lease in its row.
 */
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import type { Identity, IdentityStore, Photo, Traits } from './identities-store.ts';
import { absenceGraceMs, clockSkewMs, modelLeaseMs } from './timings.ts';

/** The parts of the bot that this one needs. */
export type RemoteModelParts = {
  api: PhotoGPT;
  store: IdentityStore;
  /** Returns the bytes of a kept picture and their type. Undefined when they are not on this disk. */
  bytesOf(media: string): Promise<{ bytes: Uint8Array; type: string } | undefined>;
  /** Removes the row and the file of a kept picture. */
  forget(media: string): Promise<void>;
  log: Log;
};

/**
 * The reason why photos must wait.
 *
 * - An error of PhotoGPT.
 * - `gone`: a photo is not on this disk.
 * - `held`: another process works on the model, or its creation is in doubt.
 */
type UploadTrouble = PhotoGPTError | 'gone' | 'held';

/** The result of uploading photos. `refused` has PhotoGPT's reason for each photo that it did not take. */
export type UploadReport = { refused: string[]; trouble?: UploadTrouble };

/** A model that we look for at PhotoGPT: its id, `none`, or `in doubt` while there are new models without a name. */
type FoundModel = { id: string } | 'none' | 'in doubt';

/** The result of one upload. */
type PhotoOutcome = 'sent' | 'gone' | { refusal: string };

/** Photos on one page of PhotoGPT's list: its own page size, by its samples. */
const pageSize = 20;

/** Most pages of that list. A model takes 20 photos (documented). */
const maxPages = 10;

/** Returns the name of a model at PhotoGPT. Its tag shows beyond doubt that it is ours. */
export const remoteName = ({ name, tag }: Pick<Identity, 'name' | 'tag'>) => `${name} [${tag}]`;

/** Returns the traits as the API takes them. Unknown ones are left out. */
export const remoteTraits = ({ age, gender, ethnicity, eyeColor }: Omit<Traits, 'name'>) => ({
  age,
  gender,
  ...(ethnicity !== null && { ethnicity }),
  ...(eyeColor !== null && { eyeColor }),
});

/** PhotoGPT's side of trained models. */
export type RemoteModel = ReturnType<typeof createRemoteModel>;

/** Returns the three steps: `make`, `handOver` and `erase`. */
export function createRemoteModel({ api, store, bytesOf, forget, log }: RemoteModelParts) {
  /** Works on a model under a lease. Undefined when another process holds it. */
  async function withLease<T>(id: number, work: (held: Identity) => Promise<T>): Promise<T | undefined> {
    const held = await store.hold(id, modelLeaseMs);
    if (!held) return undefined;
    try {
      return await work(held);
    } finally {
      await store.release(held);
    }
  }

  /** Looks for the model with our tag. */
  async function findByTag({ tag, sentAt }: Identity, signal: AbortSignal): Promise<FoundModel> {
    const models = (await api.listModels({}, { signal })).filter(({ status }) => status !== 'deleted');
    const ours = models.find(({ name }) => name?.endsWith(`[${tag}]`));
    if (ours) return { id: ours.id };
    const since = (sentAt?.getTime() ?? 0) - clockSkewMs;
    const isNew = ({ createdAt }: { createdAt?: number }) => createdAt === undefined || createdAt > since;
    return models.some((one) => one.name === undefined && isNew(one)) ? 'in doubt' : 'none';
  }

  /**
   * Looks for what an earlier request may have created. `in doubt` also while a request that left `sentAgo` milliseconds ago
   * may still take effect.
   */
  async function findEarlier(held: Identity, sentAgo: number | undefined, signal: AbortSignal): Promise<FoundModel> {
    if (sentAgo === undefined) return 'none';
    const found = await findByTag(held, signal);
    return found === 'none' && sentAgo < absenceGraceMs ? 'in doubt' : found;
  }

  /**
   * Creates the model at PhotoGPT if it is not there yet, and returns the row. Undefined while an earlier request is in
   * doubt. Throws `PhotoGPTError` when PhotoGPT said no, or did nothing.
   */
  async function createOnce(held: Identity, signal: AbortSignal): Promise<Identity | undefined> {
    if (held.remoteId !== null) return held;
    const earlier = await findEarlier(held, await store.sentAgo(held.id), signal);
    if (earlier === 'in doubt') return undefined;
    if (earlier !== 'none') return store.made(held.id, earlier.id);
    await store.sending(held.id, true);
    try {
      const { id } = await api.createModel({ name: remoteName(held), ...remoteTraits(held) }, { signal });
      return await store.made(held.id, id);
    } catch (error) {
      if (!(error instanceof PhotoGPTError)) throw error;
      if (error.verdict === 'in doubt') return findCreated(held, error, signal);
      await store.sending(held.id, false);
      throw error;
    }
  }

  /** Looks for the model whose creation was not confirmed. Undefined when it cannot be found now. */
  async function findCreated(held: Identity, error: PhotoGPTError, signal: AbortSignal): Promise<Identity | undefined> {
    log.warn({ err: error, identity: held.id }, 'creation of a model in doubt');
    const found = await findByTag(held, signal).catch(() => 'none' as const);
    return typeof found === 'string' ? undefined : store.made(held.id, found.id);
  }

  /** Deletes uploads whose answers were lost, and so their ids. They go before their photos are uploaded again. */
  async function removeUnknownUploads(modelID: string, photos: readonly Photo[], signal: AbortSignal): Promise<void> {
    const known = new Set(photos.map(({ remoteId }) => remoteId));
    const unknown: string[] = [];
    for (let pageNum = 1; pageNum <= maxPages; pageNum += 1) {
      const { images } = await api.listModelImages({ modelID, imageType: 'input', pageNum, pageSize }, { signal });
      unknown.push(...images.map(({ id }) => id).filter((id) => !known.has(id)));
      if (images.length < pageSize) break;
    }
    for (const imageID of unknown) await removeImage(imageID, signal);
  }

  const removeImage = (imageID: string, signal: AbortSignal) => ignoreMissing(api.deleteImage({ imageID }, { signal }));

  /** Uploads one photo. One that PhotoGPT refuses is removed here too. */
  async function uploadPhoto(modelID: string, photo: Photo, signal: AbortSignal): Promise<PhotoOutcome> {
    const picture = photo.media === null ? undefined : await bytesOf(photo.media);
    if (!picture) return 'gone';
    await store.photoSending(photo.id);
    const file = { ...picture, name: `photo.${picture.type.split('/')[1] ?? 'jpeg'}` };
    try {
      const { id } = await api.uploadImage({ modelID, type: 'modelInput', file }, { signal });
      await store.photoSent(photo.id, id);
      return 'sent';
    } catch (error) {
      if (!isAboutThePicture(error)) throw error;
      await removePhoto(photo);
      return { refusal: error.message };
    }
  }

  async function removePhoto({ id, media }: Photo): Promise<void> {
    await store.removePhoto(id);
    if (media !== null && !(await store.isPhoto(media))) await forget(media);
  }

  /** Returns the photos that PhotoGPT does not have, once none of them is in doubt. */
  async function photosToUpload(modelID: string, identity: number, signal: AbortSignal): Promise<Photo[]> {
    const photos = await store.photos(identity);
    const missing = photos.filter(({ remoteId }) => remoteId === null);
    if (missing.some(({ sentAt }) => sentAt !== null)) await removeUnknownUploads(modelID, photos, signal);
    return missing;
  }

  /** Uploads the photos that PhotoGPT does not have. Adds reasons to `refused`. Returns why the rest must wait, if it must. */
  async function uploadMissing(
    held: Identity,
    refused: string[],
    signal: AbortSignal,
    mayGoOn: () => Promise<boolean>,
  ): Promise<UploadTrouble | undefined> {
    const modelID = (await createOnce(held, signal))?.remoteId;
    if (!modelID) return 'held';
    for (const photo of await photosToUpload(modelID, held.id, signal)) {
      if (!(await store.renew(held, modelLeaseMs)) || !(await mayGoOn())) return 'held';
      const outcome = await uploadPhoto(modelID, photo, signal);
      if (outcome === 'gone') return 'gone';
      if (outcome !== 'sent') refused.push(outcome.refusal);
    }
    return undefined;
  }

  /** Deletes the photos of a model at PhotoGPT, and then the model. */
  async function deleteRemote(modelID: string, identity: number, signal: AbortSignal): Promise<void> {
    for (const { remoteId } of await store.photos(identity)) {
      if (remoteId !== null) await removeImage(remoteId, signal);
    }
    await ignoreMissing(api.deleteModel({ modelID }, { signal }));
  }

  return {
    /**
     * Creates the model at PhotoGPT if it is not there yet. Returns the row. Undefined while another process works on it or an
     * earlier request is in doubt. Throws `PhotoGPTError` when PhotoGPT said no, or did nothing.
     */
    make: (id: number, signal: AbortSignal) => withLease(id, (held) => createOnce(held, signal)),

    /**
     * Creates the model, and uploads every photo that PhotoGPT does not have. The rest stays for the next call when
     * something is in the way. `mayGoOn` is called before each upload, and ends the uploads when it resolves with false.
     */
    async uploadPhotos(id: number, signal: AbortSignal, mayGoOn = async () => true): Promise<UploadReport> {
      const refused: string[] = [];
      const done = await withLease(id, async (held): Promise<UploadReport> => {
        try {
          const trouble = await uploadMissing(held, refused, signal, mayGoOn);
          return trouble === undefined ? { refused } : { refused, trouble };
        } catch (error) {
          if (!(error instanceof PhotoGPTError)) throw error;
          log.warn({ err: error, identity: id }, 'upload of photos failed');
          return { refused, trouble: error };
        }
      });
      return done ?? { refused, trouble: 'held' };
    },

    /**
     * Deletes a held model at PhotoGPT, photos first, and then its row. Returns false while a request to create it may still
     * take effect there. Throws `PhotoGPTError` when some of it stays.
     */
    async erase(held: Identity, signal: AbortSignal): Promise<boolean> {
      const model = await findForErasure(held, signal);
      if (model === 'may still come') return false;
      if (model !== 'none') await deleteRemote(model.id, held.id, signal);
      await store.remove(held.id);
      return true;
    },
  };

  /** Returns the model to delete at PhotoGPT. One whose name PhotoGPT does not tell cannot be found, now or later. */
  async function findForErasure(
    held: Identity,
    signal: AbortSignal,
  ): Promise<{ id: string } | 'none' | 'may still come'> {
    if (held.remoteId !== null) return { id: held.remoteId };
    const sentAgo = await store.sentAgo(held.id);
    if (sentAgo === undefined) return 'none';
    const found = await findByTag(held, signal);
    if (typeof found !== 'string') return found;
    return found === 'none' && sentAgo < absenceGraceMs ? 'may still come' : 'none';
  }
}

/** Resolves when PhotoGPT has deleted something, or does not have it. */
async function ignoreMissing(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!(error instanceof PhotoGPTError) || error.reason !== 'missing') throw error;
  });
}

/** Returns whether PhotoGPT refused a photo for what it shows. */
const isAboutThePicture = (error: unknown): error is PhotoGPTError =>
  error instanceof PhotoGPTError && error.verdict === 'rejected' && error.reason === 'input';
