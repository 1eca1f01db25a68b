/** Keeps PhotoGPT's side of a trained model like ours: makes it once, hands its photos over once, deletes all of it. */
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import type { Identity, IdentityStore, Photo, Traits } from './identities-store.ts';

export type RemoteModelParts = {
  api: PhotoGPT;
  store: IdentityStore;
  /** The bytes of a kept picture and their type; undefined when they are not on this disk. */
  bytesOf(media: string): Promise<{ bytes: Uint8Array; type: string } | undefined>;
  /** Takes a kept picture off our disk and out of the table. */
  forget(media: string): Promise<void>;
  log: Log;
};

/** What became of handing photos over. `refused` says why PhotoGPT did not want some, `trouble` why the rest must wait. */
export type HandedOver = { refused: string[]; trouble?: PhotoGPTError | 'gone' | 'held' };

/** Nobody else works on a model while this lasts; above the longest request, and renewed before each. Milliseconds. */
const lease = 60_000;
/** A request whose answer was lost may still take effect this long; before then, absence proves nothing. */
const grace = 60_000;
/** How far PhotoGPT's clock may be from the database's. */
const apart = 10 * 60_000;
/** The API's own page size, by its samples. */
const pageSize = 20;

/** What a model is called at PhotoGPT: its tag makes it ours beyond doubt. */
export const remoteName = ({ name, tag }: Pick<Identity, 'name' | 'tag'>) => `${name} [${tag}]`;

/** The traits as the API takes them; what is not known is left out. */
export const remoteTraits = ({ age, gender, ethnicity, eyeColor }: Omit<Traits, 'name'>) => ({
  age,
  gender,
  ...(ethnicity !== null && { ethnicity }),
  ...(eyeColor !== null && { eyeColor }),
});

export type RemoteModel = ReturnType<typeof createRemoteModel>;

export function createRemoteModel({ api, store, bytesOf, forget, log }: RemoteModelParts) {
  const isMissing = (error: unknown) => error instanceof PhotoGPTError && error.reason === 'missing';

  /** Works on a model alone; undefined when somebody else does. */
  async function alone<T>(id: number, work: (held: Identity) => Promise<T>): Promise<T | undefined> {
    const held = await store.hold(id, lease);
    if (!held) return undefined;
    try {
      return await work(held);
    } finally {
      await store.release(held);
    }
  }

  /** The model at PhotoGPT that has our tag; `silent` when there are new ones whose names it does not tell. */
  async function found({ tag, sentAt }: Identity, signal: AbortSignal): Promise<string | 'silent' | undefined> {
    const models = (await api.listModels({}, { signal })).filter(({ status }) => status !== 'deleted');
    const ours = models.find(({ name }) => name?.endsWith(`[${tag}]`));
    const since = (sentAt?.getTime() ?? 0) - apart;
    const isNew = ({ createdAt }: { createdAt?: number }) => createdAt === undefined || createdAt > since;
    return ours?.id ?? (models.some((one) => one.name === undefined && isNew(one)) ? 'silent' : undefined);
  }

  /**
   * Makes the model at PhotoGPT if it is not there yet, and gives the row; undefined while nobody can tell whether an
   * earlier attempt made it. Throws `PhotoGPTError` when PhotoGPT said no, or did nothing.
   */
  async function make(held: Identity, signal: AbortSignal): Promise<Identity | undefined> {
    if (held.remoteId !== null) return held;
    const sentAgo = await store.sentAgo(held.id);
    const earlier = sentAgo === undefined ? undefined : await found(held, signal);
    if (earlier === 'silent' || (earlier === undefined && sentAgo !== undefined && sentAgo < grace)) return undefined;
    if (earlier !== undefined) return store.made(held.id, earlier);
    await store.sending(held.id, true);
    try {
      const { id } = await api.createModel({ name: remoteName(held), ...remoteTraits(held) }, { signal });
      return await store.made(held.id, id);
    } catch (error) {
      if (!(error instanceof PhotoGPTError)) throw error;
      if (error.verdict !== 'in doubt') {
        await store.sending(held.id, false);
        throw error;
      }
      log.warn({ err: error, identity: held.id }, 'cannot tell whether a model was made; looking for it');
      const id = await found(held, signal).catch(() => undefined);
      return id === undefined || id === 'silent' ? undefined : store.made(held.id, id);
    }
  }

  /** Uploads whose answers were lost: nobody knows their ids, so they go before their pictures are handed over again. */
  async function removeUnknown(modelID: string, photos: readonly Photo[], signal: AbortSignal): Promise<void> {
    const known = new Set(photos.map(({ remoteId }) => remoteId));
    const strays: string[] = [];
    for (let pageNum = 1; pageNum <= 10; pageNum += 1) {
      const { images } = await api.listModelImages({ modelID, imageType: 'input', pageNum, pageSize }, { signal });
      strays.push(...images.map(({ id }) => id).filter((id) => !known.has(id)));
      if (images.length < pageSize) break;
    }
    for (const imageID of strays) await removeImage(imageID, signal);
  }

  async function removeImage(imageID: string, signal: AbortSignal): Promise<void> {
    await api.deleteImage({ imageID }, { signal }).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async function upload(modelID: string, photo: Photo, signal: AbortSignal): Promise<'sent' | 'gone' | { no: string }> {
    const kept = photo.media === null ? undefined : await bytesOf(photo.media);
    if (!kept) return 'gone';
    await store.photoSending(photo.id);
    const file = { ...kept, name: `photo.${kept.type.split('/')[1] ?? 'jpeg'}` };
    try {
      const { id } = await api.uploadImage({ modelID, type: 'modelInput', file }, { signal });
      await store.photoSent(photo.id, id);
      return 'sent';
    } catch (error) {
      const isAboutThePicture =
        error instanceof PhotoGPTError && error.verdict === 'refused' && error.reason === 'input';
      if (!isAboutThePicture) throw error;
      await store.removePhoto(photo.id);
      if (photo.media !== null && !(await store.isPhoto(photo.media))) await forget(photo.media);
      return { no: error.message };
    }
  }

  return {
    make: (id: number, signal: AbortSignal) => alone(id, (held) => make(held, signal)),

    /**
     * Makes the model and hands over every photo that PhotoGPT does not have. What cannot be handed over now stays for
     * the next time. `between` is called before each upload; when it gives false, the rest stays too.
     */
    async handOver(id: number, signal: AbortSignal, between = async () => true): Promise<HandedOver> {
      const refused: string[] = [];
      const done = await alone(id, async (held): Promise<HandedOver> => {
        try {
          const modelID = (await make(held, signal))?.remoteId;
          if (!modelID) return { refused, trouble: 'held' };
          const photos = await store.photos(id);
          const missing = photos.filter(({ remoteId }) => remoteId === null);
          if (missing.some(({ sentAt }) => sentAt !== null)) await removeUnknown(modelID, photos, signal);
          for (const photo of missing) {
            if (!(await store.renew(held, lease)) || !(await between())) return { refused, trouble: 'held' };
            const outcome = await upload(modelID, photo, signal);
            if (outcome === 'gone') return { refused, trouble: 'gone' };
            if (outcome !== 'sent') refused.push(outcome.no);
          }
          return { refused };
        } catch (error) {
          if (!(error instanceof PhotoGPTError)) throw error;
          log.warn({ err: error, identity: id }, 'photos could not be handed over');
          return { refused, trouble: error };
        }
      });
      return done ?? { refused, trouble: 'held' };
    },

    /**
     * Deletes a held model at PhotoGPT, photos first, and then its row. False while a request to make it may still take
     * effect there. Throws `PhotoGPTError` when some of it stays.
     */
    async erase(held: Identity, signal: AbortSignal): Promise<boolean> {
      const sentAgo = held.remoteId === null ? await store.sentAgo(held.id) : undefined;
      const modelID = held.remoteId ?? (sentAgo === undefined ? undefined : await found(held, signal));
      if (modelID === undefined && sentAgo !== undefined && sentAgo < grace) return false;
      // One whose name PhotoGPT does not tell cannot be found, now or later.
      if (modelID !== undefined && modelID !== 'silent') {
        for (const { remoteId } of await store.photos(held.id)) {
          if (remoteId !== null) await removeImage(remoteId, signal);
        }
        await api.deleteModel({ modelID }, { signal }).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
      }
      await store.remove(held.id);
      return true;
    },
  };
}
