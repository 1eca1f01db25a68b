/** Whether PhotoGPT still has what it made: people delete things there too, and it may not keep them for ever. */
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';

/** `unknown` when PhotoGPT did not answer. */
type Whereabouts = 'there' | 'gone' | 'unknown';

/** A person's newest videos are on the first pages, and nobody waits for more. */
const mostPages = 5;
const pageSize = 50;

export function createWhereabouts(api: Pick<PhotoGPT, 'getImage' | 'getVideo' | 'listVideos'>) {
  return {
    /** One picture or video, by PhotoGPT's id. */
    async of(kind: 'image' | 'video', id: string, signal: AbortSignal): Promise<Whereabouts> {
      try {
        await (kind === 'image'
          ? api.getImage({ imageID: id }, { signal })
          : api.getVideo({ videoID: id }, { signal }));
        return 'there';
      } catch (error) {
        if (!(error instanceof PhotoGPTError)) throw error;
        return error.reason === 'missing' ? 'gone' : 'unknown';
      }
    },

    /** The ids of the newest videos at PhotoGPT; undefined when it did not answer. */
    async videos(signal: AbortSignal): Promise<Set<string> | undefined> {
      const known = new Set<string>();
      try {
        for (let pageNum = 1; pageNum <= mostPages; pageNum += 1) {
          const before = known.size;
          const { videos } = await api.listVideos({ pageNum, pageSize }, { signal });
          for (const { id } of videos) known.add(id);
          // A server that does not know about pages gives the same one again.
          if (videos.length < pageSize || known.size === before) break;
        }
        return known;
      } catch (error) {
        if (error instanceof PhotoGPTError) return undefined;
        throw error;
      }
    },
  };
}
