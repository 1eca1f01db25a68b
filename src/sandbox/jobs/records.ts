/** Writes the sandbox's state as the API's JSON records, with its casing, dates and empty strings. */
import type { Guesses } from '../guesses.ts';
import type { Job, Model, Picture, State, Video } from './state.ts';
import { stageAt } from './timeline.ts';

/** The writers of records. */
export type Records = ReturnType<typeof createRecords>;

const date = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Returns the writers. `mediaUrl` returns the public address of a media token. */
export function createRecords(deps: { state: State; guesses: Guesses; mediaUrl: (token: string) => string }) {
  const { state, guesses, mediaUrl } = deps;

  /** Returns a job's status word, and since when it has it. */
  function statusOf(job: Job, now: number): { status: string; since: number } {
    const { stage, since } = stageAt(job.timeline, now);
    if (stage === 'created' || stage === 'queued') return { status: stage, since };
    if (stage === 'running') return { status: job.oddWords?.running ?? 'running', since };
    return { status: job.failure ? 'failed' : (job.oddWords?.success ?? 'success'), since };
  }

  function modelStatus(model: Model, now: number): string {
    if (model.deleted) return 'deleted';
    const training = model.training === undefined ? undefined : state.jobs.get(model.training);
    if (!training) return model.training === undefined ? 'new' : 'ready';
    if (now < training.timeline.created) return 'new';
    if (now < training.timeline.ended) return 'training';
    return training.failure ? guesses.failedModelStatus : 'ready';
  }

  function picture(record: Picture, now: number) {
    const upscaled =
      record.upscaled && record.upscaled.visibleAt <= now ? state.pictures.get(record.upscaled.id) : undefined;
    return {
      id: record.id,
      url: mediaUrl(record.media),
      modelID: record.modelID ?? '',
      type: record.type,
      liked: false,
      folderID: '',
      publicMediaID: '',
      upscaledImageID: upscaled?.id ?? '',
      upscaledImageURL: upscaled ? mediaUrl(upscaled.media) : '',
      data: { width: record.width, height: record.height },
      createdAt: date(record.createdAt),
      updatedAt: date(upscaled ? upscaled.visibleAt : record.createdAt),
    };
  }

  function video(record: Video) {
    return {
      id: record.id,
      url: mediaUrl(record.media),
      jobId: record.jobId,
      modelID: record.modelID,
      type: guesses.videoType,
      liked: false,
      folderID: '',
      publicMediaID: '',
      data: { duration: record.seconds },
      createdAt: date(record.createdAt),
      updatedAt: date(record.visibleAt),
    };
  }

  return {
    statusOf,
    modelStatus,
    picture,
    video,
    model(record: Model, now: number) {
      const { name, age, gender, ethnicity, eyeColor } = record;
      return {
        id: record.id,
        modelType: guesses.modelType,
        status: modelStatus(record, now),
        createdAt: date(record.createdAt),
        updatedAt: date(record.updatedAt),
        ...(guesses.echoesModelFields && { name, age, gender, ethnicity, eyeColor }),
      };
    },
    /** Returns the detail of a job. It has outputs and the reason of a failure only once the job has ended. */
    job(job: Job, now: number) {
      const { status } = statusOf(job, now);
      const hasEnded = now >= job.timeline.ended;
      const brief = (record: { id: string; url: string }) => ({ id: record.id, url: record.url });
      const pictures = job.pictures.flatMap((id) => state.pictures.get(id) ?? []).map((one) => picture(one, now));
      const videos = job.videos.flatMap((id) => state.videos.get(id) ?? []).map(video);
      const images = job.sparse ? pictures.map(brief) : pictures;
      return {
        jobId: job.id,
        status,
        ...(hasEnded && !job.failure && (job.kind === 'image' || job.kind === 'upscale') && { images }),
        // The sample shows only id and address for the videos of a job.
        ...(hasEnded && !job.failure && job.kind === 'video' && { videos: videos.map(brief) }),
        ...(hasEnded && job.failure && { error: job.failure }),
        ...(!job.sparse && { modelId: job.modelID, createdAt: date(job.timeline.created) }),
      };
    },
    /** Returns the entry of the list, which has no outputs, prompt or model. */
    listedJob(job: Job, now: number) {
      const { status, since } = statusOf(job, now);
      if (job.sparse) return { jobId: job.id, status };
      return {
        jobId: job.id,
        status,
        credits: job.credits,
        errorMessage: now >= job.timeline.ended ? (job.failure ?? '') : '',
        createdAt: date(job.timeline.created),
        updatedAt: date(since),
      };
    },
  };
}
