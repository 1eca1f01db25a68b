/** Reads PhotoGPT's job list page by page, as far back as a caller needs. */
import type { PhotoGPT } from '../../../photogpt/client.ts';

/** A job as PhotoGPT's list shows it. */
export type Listed = Awaited<ReturnType<PhotoGPT['listJobs']>>['jobs'][number];

/** Pages of one reading. At 50 jobs a page these are 10,000 jobs. */
const maxPages = 200;

/**
 * Returns all jobs listed since `start`, newest first as PhotoGPT gives them. `whole` is false when there were more pages
 * than one reading may have: then absence proves nothing. `serverTime` is PhotoGPT's time, if it told it. Times are epoch
 * milliseconds by PhotoGPT's clock. Throws `PhotoGPTError`.
 */
export async function readList(
  api: PhotoGPT,
  start: number,
  signal: AbortSignal,
): Promise<{ jobs: Listed[]; whole: boolean; serverTime?: number }> {
  const jobs: Listed[] = [];
  let pageToken: string | undefined;
  let serverTime: number | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await api.listJobs({ start, pageToken }, { signal });
    jobs.push(...answer.jobs);
    ({ nextPageToken: pageToken, serverTime } = answer);
    if (!pageToken) return { jobs, whole: true, serverTime };
  }
  return { jobs, whole: false, serverTime };
}
