/** A person's gallery, as commands see it. */
import type { Media, Origin } from '../chat.ts';
import { toMedia } from './fetch/to-media.ts';
import type { GalleryFilter, GalleryStore } from './gallery-store.ts';

/** One picture or video, and the job that made it. `remoteId` is PhotoGPT's id. */
export type GalleryItem = { media: Media; job: number; image: number; model: string; remoteId: string };

/** Returns the gallery. */
export function createGallery(store: GalleryStore) {
  const ownerOf = ({ platform, tenant, person }: Origin) => ({ platform, tenant, person: person.id });
  return {
    /** Returns one page of results, newest first, and the count of all. */
    async page(
      origin: Origin,
      filter: GalleryFilter,
      offset: number,
      limit: number,
    ): Promise<{ items: GalleryItem[]; count: number }> {
      const { rows, count } = await store.page(ownerOf(origin), filter, offset, limit);
      const items = rows.map(({ media, job }) => ({
        media: toMedia(job, media),
        job: job.id,
        image: media.image ?? 1,
        model: job.model,
        remoteId: media.remoteId ?? '',
      }));
      return { items, count };
    },

    /** Adds a favourite, or removes it. Returns whether it is one now. */
    toggle: (origin: Origin, media: string) => store.toggle(ownerOf(origin), media),
  };
}
