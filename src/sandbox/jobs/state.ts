/** The sandbox's state: accounts, models, pictures, videos and jobs, in memory and bounded. */
import type { Guesses } from '../guesses.ts';
import type { Timeline } from './timeline.ts';

/**
 * An API key and its credits. All times of the state are in milliseconds since 1970, and each `owner` is an API key.
 */
export type Account = { key: string; credits: number };

/** A trained model. */
export type Model = {
  id: string;
  owner: string;
  name?: string;
  age?: number;
  gender?: string;
  ethnicity?: string;
  eyeColor?: string;
  createdAt: number;
  updatedAt: number;
  deleted: boolean;
  /** The id of the job that trains it, or trained it last. */
  training?: string;
};

/** A picture. Pictures and videos exist from their job's start, and are visible when it has ended. */
export type Picture = {
  id: string;
  owner: string;
  modelID?: string;
  type: string;
  media: string;
  width: number;
  height: number;
  createdAt: number;
  visibleAt: number;
  upscaled?: { id: string; visibleAt: number };
};

/** A video. */
export type Video = {
  id: string;
  owner: string;
  jobId: string;
  modelID: string;
  media: string;
  seconds: number;
  createdAt: number;
  visibleAt: number;
  /** The times when its file was requested, and when the file will be ready. */
  download?: { askedAt: number; readyAt: number };
};

/** The kind of a job. */
export type JobKind = 'image' | 'upscale' | 'video' | 'training';

/** A job. */
export type Job = {
  id: string;
  number: number;
  owner: string;
  kind: JobKind;
  modelID?: string;
  prompt: string;
  timeline: Timeline;
  credits: number;
  failure?: string;
  pictures: string[];
  videos: string[];
  /** Media tokens of references that were fetched for this job only. */
  fetched: string[];
  /** Undocumented words in the place of `running` and `success`. */
  oddWords?: { running: string; success: string };
  /** Whether its answers have no optional fields. */
  sparse: boolean;
};

/** The state of a sandbox. */
export type State = ReturnType<typeof createState>;

/**
 * Returns the state with its accounts. It holds jobs by owner in the order of their creation, and drops the oldest
 * beyond `guesses.jobsKept`. `onDropped` gets the media token of each dropped file.
 */
export function createState(deps: { accounts: Account[]; guesses: Guesses; onDropped: (media: string) => void }) {
  const accounts = new Map(deps.accounts.map((account) => [account.key, { ...account }]));
  const models = new Map<string, Model>();
  const pictures = new Map<string, Picture>();
  const videos = new Map<string, Video>();
  const jobs = new Map<string, Job>();
  const byOwner = new Map<string, Job[]>();

  function removePicture(id: string) {
    const picture = pictures.get(id);
    if (!picture) return;
    pictures.delete(id);
    deps.onDropped(picture.media);
  }

  function removeVideo(id: string) {
    const video = videos.get(id);
    if (!video) return;
    videos.delete(id);
    deps.onDropped(video.media);
  }

  /** Drops the oldest job with its results. A bounded map drops by last use, and drops no results with it. */
  function dropOldest() {
    const [oldest] = jobs.values();
    if (!oldest) return;
    jobs.delete(oldest.id);
    const own = byOwner.get(oldest.owner) ?? [];
    own.splice(own.indexOf(oldest), 1);
    oldest.pictures.forEach(removePicture);
    oldest.videos.forEach(removeVideo);
    oldest.fetched.forEach(deps.onDropped);
  }

  return {
    accounts,
    models,
    pictures,
    videos,
    jobs,
    removePicture,
    removeVideo,
    addJob(job: Job) {
      jobs.set(job.id, job);
      const own = byOwner.get(job.owner) ?? [];
      byOwner.set(job.owner, own);
      // A job whose effect comes late is created in the future, so that later ones go before it.
      let index = own.length;
      for (let before = own[index - 1]; before && isAfter(before, job); before = own[index - 1]) index -= 1;
      own.splice(index, 0, job);
      if (jobs.size > deps.guesses.jobsKept) dropOldest();
    },
    /** Returns an owner's jobs, oldest first. */
    jobsOf: (owner: string): readonly Job[] => byOwner.get(owner) ?? [],
  };
}

/** Whether `one` comes after `other` in the list of jobs: by creation, then by number. */
function isAfter(one: Job, other: Job): boolean {
  if (one.timeline.created !== other.timeline.created) return one.timeline.created > other.timeline.created;
  return one.number > other.number;
}
