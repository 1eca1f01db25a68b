/** What the sandbox remembers: accounts, models, pictures, videos and jobs, in memory and bounded. */
import type { Guesses } from '../guesses.ts';
import type { Timeline } from './timeline.ts';

/** Times are in milliseconds since 1970 everywhere here; `owner` is the API key. */
export type Account = { key: string; credits: number };

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
  /** The job that trains it, or trained it last. */
  training?: string;
};

/** Pictures and videos exist from their job's start, but are `visibleAt` only when it has ended. */
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

export type Video = {
  id: string;
  owner: string;
  jobId: string;
  modelID: string;
  media: string;
  seconds: number;
  createdAt: number;
  visibleAt: number;
  /** When the file was asked for and when it will be ready. */
  download?: { askedAt: number; readyAt: number };
};

export type JobKind = 'image' | 'upscale' | 'video' | 'training';

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
  /** Media tokens of references that were fetched for this job alone. */
  fetched: string[];
  /** Words that the documentation does not know, shown instead of `running` and `success`. */
  oddWords?: { running: string; success: string };
  /** Whether every optional field is left out of its answers. */
  sparse: boolean;
};

export type State = ReturnType<typeof createState>;

/** Jobs are kept by owner in the order of their creation; the oldest are dropped beyond `guesses.jobsKept`. */
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
      // A job whose effect comes late is created in the future: it takes its place among those that come before it.
      let place = own.length;
      for (let before = own[place - 1]; before && isAfter(before, job); before = own[place - 1]) place -= 1;
      own.splice(place, 0, job);
      if (jobs.size > deps.guesses.jobsKept) dropOldest();
    },
    /** Oldest first. */
    jobsOf: (owner: string): readonly Job[] => byOwner.get(owner) ?? [],
  };
}

/** Whether `one` comes after `other` in the list of jobs: by creation, then by number. */
function isAfter(one: Job, other: Job): boolean {
  if (one.timeline.created !== other.timeline.created) return one.timeline.created > other.timeline.created;
  return one.number > other.number;
}
