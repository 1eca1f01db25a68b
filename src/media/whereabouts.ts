/** Looks up whether PhotoGPT still has its pictures and videos. People delete them there too, and it may not keep them for ever. */
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';

/** The state of a picture or video at PhotoGPT. `unknown` when PhotoGPT did not answer. */
type RemoteState = 'there' | 'gone' | 'unknown';

/** Most pages of PhotoGPT's list. A person's newest videos are on the first, and a person does not wait for more. */
const maxPages = 5;

/** Videos of one page. */
const pageSize = 50;

/** Returns the look-ups. */
export function createWhereabouts(api: Pick<PhotoGPT, 'getImage' | 'getVideo' | 'listVideos'>) {
  return {
    /** Returns the state of one picture or video, by PhotoGPT's id. */
    async of(kind: 'image' | 'video', id: string, signal: AbortSignal): Promise<RemoteState> {
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

    /** Returns the ids of the newest videos at PhotoGPT. Undefined when it did not answer. */
    async videos(signal: AbortSignal): Promise<Set<string> | undefined> {
      const known = new Set<string>();
      try {
        for (let pageNum = 1; pageNum <= maxPages; pageNum += 1) {
          const before = known.size;
          const { videos } = await api.listVideos({ pageNum, pageSize }, { signal });
          for (const { id } of videos) known.add(id);
          // A server without pages gives the first one again.
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
