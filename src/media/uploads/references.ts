/**
 * Names a kept picture in the words of PhotoGPT, for a request that refers to it. The ways, in the order of preference:
 *
 * 1. A public link that a person gave stays as it is. PhotoGPT fetches it, and we never do.
 * 2. A picture or video that PhotoGPT made has its own id there.
 * 3. Another picture gets a signed address here, when the request takes an address and the bot has a public one.
 * 4. Else a copy is uploaded, once.
 */
import { readFile } from 'node:fs/promises';
import type { Reference } from '../../db/schema/schema.ts';
import { refuse } from '../../errors/catalogue.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { MediaFiles } from '../files.ts';
import type { MediaStore, StoredMedia } from '../media-store.ts';
import { uploadIdleMs } from '../timings.ts';
import type { PublicLinks } from './public-links.ts';

/**
 * Resolves references. `resolve` returns the reference with PhotoGPT's id and URL. It throws `UserError` when the picture is
 * gone, and `PhotoGPTError` when PhotoGPT fails.
 */
export type References = { resolve(reference: Reference, signal: AbortSignal): Promise<Reference> };

/** The parts of the bot that references need. */
type ReferencesParts = {
  api: PhotoGPT;
  store: MediaStore;
  files: MediaFiles;
  /** Digest of the API key that uploads hang on. */
  key: string;
  /** Addresses under which PhotoGPT can fetch pictures from us. Without them every picture is uploaded. */
  publicLinks?: Pick<PublicLinks, 'to'>;
};

/** Uploads that one model of the API holds (documented). */
const shelfSize = 20;

/** Name of the models that hold our uploads. */
const shelfName = 'photogpt-bot references';

/**
 * Returns the resolver. Uploads hang on models of the API, so the bot keeps one for the purpose: a shelf. It adds another
 * when all 20 places are in use.
 */
export function createReferences({ api, store, files, key, publicLinks }: ReferencesParts): References {
  async function shelves(signal: AbortSignal): Promise<string[]> {
    const models = await api.listModels({}, { signal });
    return models.filter(({ name, status }) => name === shelfName && status !== 'deleted').map(({ id }) => id);
  }

  /** Returns a shelf with a free place. The longest unused upload makes room, and a new shelf is the last resort. */
  async function shelfWithRoom(signal: AbortSignal): Promise<string> {
    const shelved = await store.shelved(key);
    const known = await shelves(signal);
    const free = known.find((id) => shelved.filter(({ upload }) => upload.shelf === id).length < shelfSize);
    if (free) return free;
    const unused = shelved.find(({ upload, idle }) => known.includes(upload.shelf) && Number(idle) > uploadIdleMs);
    if (unused) {
      await unlessMissing(api.deleteImage({ imageID: unused.upload.remoteId }, { signal }));
      await store.removeUpload(unused.upload);
      return unused.upload.shelf;
    }
    // The API requires a person's traits for a model. This one is never trained.
    return (await api.createModel({ name: shelfName, age: 30, gender: 'Female' }, { signal })).id;
  }

  async function upload(row: StoredMedia, signal: AbortSignal): Promise<{ remoteId: string; url: string }> {
    const bytes = await readFile(files.path(row.id)).catch(() => {
      throw refuse('pictureGone', { given: row.id });
    });
    const shelf = await shelfWithRoom(signal);
    const file = { bytes, name: `reference.${row.type.split('/')[1] ?? 'jpg'}`, type: row.type };
    const { id: remoteId, url = '' } = await api.uploadImage(
      { modelID: shelf, type: 'auxiliaryType', file },
      { signal },
    );
    await store.addUpload({ key, media: row.id, shelf, remoteId, url });
    return { remoteId, url };
  }

  /** Resolves a video, which PhotoGPT must have made. */
  async function resolveVideo(reference: Reference, row: StoredMedia, signal: AbortSignal): Promise<Reference> {
    const file = row.remoteId ? await api.getVideoDownload({ videoID: row.remoteId }, { signal }) : undefined;
    if (file?.status !== 'ready') throw refuse('pictureGone', { given: row.id });
    return { ...reference, remoteId: row.remoteId ?? undefined, url: file.url };
  }

  /** Resolves a picture that PhotoGPT made. Undefined when we made it, or PhotoGPT has it no more. */
  async function resolveRemote(reference: Reference, row: StoredMedia, signal: AbortSignal) {
    if (!row.remoteId) return undefined;
    // The link that came with the job may have gone stale, so the picture is looked up anew.
    const image = await unlessMissing(api.getImage({ imageID: row.remoteId }, { signal }));
    return image && { ...reference, remoteId: image.id, url: image.url };
  }

  /** Resolves a picture by an address of ours or by an uploaded copy. */
  async function resolveOurs(reference: Reference, row: StoredMedia, signal: AbortSignal): Promise<Reference> {
    // Trained models and upscales take an id, which takes an upload. Everything else takes an address.
    const needsId = reference.role === 'input' || reference.role === 'source';
    if (publicLinks && !needsId) return { ...reference, url: publicLinks.to(row.id) };
    const copy = (await store.useUpload(key, row.id)) ?? (await upload(row, signal));
    return { ...reference, remoteId: copy.remoteId, url: copy.url };
  }

  return {
    async resolve(reference, signal) {
      if (!reference.media) return reference;
      const row = await store.find(reference.media);
      if (!row) throw refuse('pictureGone', { given: reference.media });
      if (row.kind === 'video') return resolveVideo(reference, row, signal);
      return (await resolveRemote(reference, row, signal)) ?? resolveOurs(reference, row, signal);
    },
  };
}

/** Resolves with the answer of PhotoGPT. Undefined when PhotoGPT has no such thing. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof PhotoGPTError && error.reason === 'missing') return undefined;
    throw error;
  });
}
