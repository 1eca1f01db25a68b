/** Finds a caller's own things. Things of another owner are as unknown as those that never were. */
import type { Call, Parts } from '../http/call.ts';
import { Problem } from '../http/problem.ts';

const missing = (what: string, id: string) => new Problem(404, `There is no ${what} ${id}`, `${what} not found`);

/** The finders by kind. Each throws `Problem` 404. Deleted models count as unknown, unless `includeDeleted`. */
export const own = {
  model({ state }: Parts, call: Pick<Call, 'account'>, id: string, includeDeleted = false) {
    const model = state.models.get(id);
    if (!model || model.owner !== call.account.key || (model.deleted && !includeDeleted)) throw missing('model', id);
    return model;
  },
  picture({ state }: Parts, call: Pick<Call, 'account' | 'now'>, id: string) {
    const picture = state.pictures.get(id);
    if (!picture || picture.owner !== call.account.key || picture.visibleAt > call.now) throw missing('image', id);
    return picture;
  },
  video({ state }: Parts, call: Pick<Call, 'account' | 'now'>, id: string) {
    const video = state.videos.get(id);
    if (!video || video.owner !== call.account.key || video.visibleAt > call.now) throw missing('video', id);
    return video;
  },
  job({ state }: Parts, call: Pick<Call, 'account' | 'now'>, id: string) {
    const job = state.jobs.get(id);
    if (!job || job.owner !== call.account.key || job.timeline.created > call.now) throw missing('job', id);
    return job;
  },
};
