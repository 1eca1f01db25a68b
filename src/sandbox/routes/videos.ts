/** Routes for videos: list, read, delete, and the download in two steps. */
import type { Parts, Routes } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import { own } from './own.ts';
import { pageOf } from './pages.ts';

type VideoRoutes = Pick<Routes, 'listVideos' | 'getVideo' | 'deleteVideo' | 'createVideoDownload' | 'getVideoDownload'>;

/** Returns the routes. */
export function videoRoutes(parts: Parts): VideoRoutes {
  const { state, guesses, records } = parts;
  return {
    listVideos({ account, now, query }) {
      const shown = [...state.videos.values()]
        .filter((video) => video.owner === account.key && video.visibleAt <= now)
        .reverse()
        .map(records.video);
      return { body: pageOf(shown, query, guesses) };
    },
    getVideo: (call) => ({ body: { result: records.video(own.video(parts, call, call.id)) } }),
    deleteVideo(call) {
      state.removeVideo(own.video(parts, call, call.id).id);
      return { body: { result: guesses.deletedResult } };
    },
    createVideoDownload(call) {
      const video = own.video(parts, call, call.id);
      const readyAt = call.now + (guesses.downloadSeconds * 1000) / parts.speed;
      video.download ??= { askedAt: call.now, readyAt };
      return { body: { result: guesses.downloadRequestedResult } };
    },
    getVideoDownload(call) {
      const { download, media, id } = own.video(parts, call, call.id);
      if (!download) {
        const message = `No download of video ${id} was asked for yet`;
        throw new Problem(guesses.noDownloadStatus, message, 'download not found');
      }
      if (call.now >= download.readyAt) {
        const url = parts.mediaUrl(media, 'video.mp4');
        return { body: { result: { status: 'ready', percentComplete: 100, url } } };
      }
      const fraction = (call.now - download.askedAt) / (download.readyAt - download.askedAt);
      const percentComplete = Math.min(99, Math.floor(fraction * 100));
      return { body: { result: { status: guesses.downloadPendingWord, percentComplete, url: '' } } };
    },
  };
}
