/** Gives a kept picture a name at PhotoGPT: its own, where PhotoGPT made it, or that of an uploaded copy. */
import { readFile } from 'node:fs/promises';
import type { Reference } from '../../db/schema/schema.ts';
import { refuse } from '../../errors/catalogue.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { MediaFiles } from '../files.ts';
import type { MediaStore, StoredMedia } from '../media-store.ts';
import type { PublicLinks } from './public-links.ts';

/** `resolve` gives the reference with PhotoGPT's id and URL. Throws `UserError` when the picture is gone, `PhotoGPTError` else. */
export type References = { resolve(reference: Reference, signal: AbortSignal): Promise<Reference> };

/** A model holds 20 uploads of a kind (documented). */
const shelfSize = 20;
/** An upload may still be needed by a job that runs: it makes room only when unused for longer than any job takes. */
const inUse = 60 * 60_000;
const shelfName = 'photogpt-bot references';

/** Uploads hang on models of the API, so the bot keeps one for the purpose and more when its 20 places are all in use. */
export function createReferences(parts: {
  api: PhotoGPT;
  store: MediaStore;
  files: MediaFiles;
  key: string;
  /** Where PhotoGPT can fetch pictures from us; without it every one is uploaded. */
  publicLinks?: Pick<PublicLinks, 'to'>;
}): References {
  const { api, store, files, key, publicLinks } = parts;

  async function shelves(signal: AbortSignal): Promise<string[]> {
    const models = await api.listModels({}, { signal });
    return models.filter(({ name, status }) => name === shelfName && status !== 'deleted').map(({ id }) => id);
  }

  /** A model with a free place; the longest unused upload makes room where there is none. */
  async function shelfWithRoom(signal: AbortSignal): Promise<string> {
    const shelved = await store.shelved(key);
    const known = await shelves(signal);
    const free = known.find((id) => shelved.filter(({ upload }) => upload.shelf === id).length < shelfSize);
    if (free) return free;
    const idle = shelved.find(({ upload, idle }) => known.includes(upload.shelf) && Number(idle) > inUse);
    if (idle) {
      await api.deleteImage({ imageID: idle.upload.remoteId }, { signal }).catch((error: unknown) => {
        if (!(error instanceof PhotoGPTError) || error.reason !== 'missing') throw error;
      });
      await store.removeUpload(idle.upload);
      return idle.upload.shelf;
    }
    // The API wants somebody's traits for a model; nobody is ever trained on this one.
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

  return {
    async resolve(reference, signal) {
      // A public link that somebody gave: PhotoGPT fetches it, we never do.
      if (!reference.media) return reference;
      const row = await store.find(reference.media);
      if (!row) throw refuse('pictureGone', { given: reference.media });
      if (row.kind === 'video') {
        const file = row.remoteId ? await api.getVideoDownload({ videoID: row.remoteId }, { signal }) : undefined;
        if (file?.status !== 'ready') throw refuse('pictureGone', { given: row.id });
        return { ...reference, remoteId: row.remoteId ?? undefined, url: file.url };
      }
      if (row.remoteId) {
        // Made by PhotoGPT: asked for anew, because the link that came with the job may have gone stale.
        const image = await api.getImage({ imageID: row.remoteId }, { signal }).catch((error: unknown) => {
          if (error instanceof PhotoGPTError && error.reason === 'missing') return undefined;
          throw error;
        });
        if (image) return { ...reference, remoteId: image.id, url: image.url };
      }
      // Trained models and upscales want an id, and that takes an upload; everything else takes an address.
      const byId = reference.role === 'input' || reference.role === 'source';
      if (publicLinks && !byId) return { ...reference, url: publicLinks.to(row.id) };
      const uploaded = (await store.uploaded(key, row.id)) ?? (await upload(row, signal));
      return { ...reference, remoteId: uploaded.remoteId, url: uploaded.url };
    },
  };
}
