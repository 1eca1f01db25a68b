/** Reads PhotoGPT's job list as far back as is needed. */
import type { PhotoGPT } from '../../photogpt/client.ts';

export type Listed = Awaited<ReturnType<PhotoGPT['listJobs']>>['jobs'][number];

/** The list cannot be asked for more than seven days (documented), so nothing older can be found in it. */
export const listHorizon = 6 * 24 * 3_600_000;

/** No reading goes on for longer than this: at 50 a page, 10,000 jobs. */
const mostPages = 200;

/**
 * Everything listed since `start` (epoch milliseconds by PhotoGPT's clock), newest first as PhotoGPT gives it.
 * `whole` is false when there was more than could be read: absence then proves nothing. `serverTime` is what its clock
 * said, where it said so.
 */
export async function readList(
  api: PhotoGPT,
  start: number,
  signal: AbortSignal,
): Promise<{ jobs: Listed[]; whole: boolean; serverTime?: number }> {
  const jobs: Listed[] = [];
  let pageToken: string | undefined;
  let serverTime: number | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await api.listJobs({ start, pageToken }, { signal });
    jobs.push(...answer.jobs);
    ({ nextPageToken: pageToken, serverTime } = answer);
    if (!pageToken) return { jobs, whole: true, serverTime };
  }
  return { jobs, whole: false, serverTime };
}
