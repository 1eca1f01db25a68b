/** A person's gallery as commands see it. */
import type { Media, Origin } from '../chat.ts';
import { presented } from './fetch/results.ts';
import type { GalleryFilter, GalleryStore } from './gallery-store.ts';

/** One picture or video with where it came from; `remoteId` is PhotoGPT's. */
export type Exhibit = { media: Media; job: number; image: number; model: string; remoteId: string };

export function createGallery(store: GalleryStore) {
  const whose = ({ platform, tenant, person }: Origin) => ({ platform, tenant, person: person.id });
  return {
    async page(
      origin: Origin,
      filter: GalleryFilter,
      offset: number,
      limit: number,
    ): Promise<{ exhibits: Exhibit[]; count: number }> {
      const { rows, count } = await store.page(whose(origin), filter, offset, limit);
      const exhibits = rows.map(({ media, job }) => ({
        media: presented(job, media),
        job: job.id,
        image: media.image ?? 1,
        model: job.model,
        remoteId: media.remoteId ?? '',
      }));
      return { exhibits, count };
    },
    /** True when it is a favourite now. */
    toggle: (origin: Origin, media: string) => store.toggle(whose(origin), media),
  };
}
