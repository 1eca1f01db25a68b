/** Jobs as commands see them: functions that start, find, cancel and delete them. */
import type { Call, Media, Message, MessageRef, Origin, Platform, PlatformName } from '../chat.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Output } from '../db/schema/schema.ts';
import { refuse } from '../errors/catalogue.ts';
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import { refusalOf } from '../policy/allow.ts';
import { mayChange, maySee } from '../policy/ownership.ts';
import { type Rules, rulesFrom } from '../policy/rules.ts';
import { countingFor, maxOpenJobsFor, overdrawn } from '../policy/spending/spending-limits.ts';
import type { DeliveryStore } from './deliver/deliveries-store.ts';
import { channelKey } from './deliver/fallback-places.ts';
import type { Views } from './deliver/views.ts';
import type { LearnedDurations } from './poll/durations-store.ts';
import { isUniqueViolation, type Job, type JobStore, type Owner } from './state/job-store.ts';
import type { Acceptance, Admission } from './submit/acceptance-store.ts';
import { laneOf } from './submit/lanes.ts';
import type { Role } from './submit/request-body.ts';
import { retryWrite } from './submit/retry-write.ts';
import { jobDeadlinesMs } from './timings.ts';

/**
 * Work that a command asks for. `refs` are stored pictures with the role of each. `parent` is the job that it varies.
 */
export type Work = {
  operation: Job['operation'];
  model: string;
  request: Record<string, unknown>;
  refs: { media: string; role: Role }[];
  parent?: number;
  parentImage?: number;
};

/** Parts of jobs. */
export type JobsParts = {
  store: JobStore;
  acceptance: Acceptance;
  deliveries: DeliveryStore;
  api: PhotoGPT;
  /** The digest of the API key that new jobs use. */
  key: string;
  learnedDurations: LearnedDurations;
  platforms: ReadonlyMap<PlatformName, Pick<Platform<never>, 'edit'>>;
  views: Views;
  /** Fetches the outputs of a finished job to our own disk. Throws `UserError` when they are gone for good. */
  results(job: Job, signal: AbortSignal): Promise<Media[]>;
  removeFiles(job: number): Promise<void>;
  /** Wakes the loop that sends such jobs. */
  queued(operation: Job['operation']): void;
  /** Lanes that jobs are spread among. 1 without it. */
  lanes?: number;
  /** Open jobs that a person may have at a time, unless a moderator sets another number. */
  maxOpen: number;
  /** Decisions of moderators, and costs. The defaults apply without it. */
  policy?: {
    rules(origin: Origin): Promise<Rules>;
    /** Returns the credits that work will probably cost. Undefined where that is unknown. */
    expected(work: Work): Promise<number | undefined>;
  };
  clock: Clock;
  log: Log;
};

/** The functions of jobs. */
export type Jobs = ReturnType<typeof createJobs>;

/** Newest jobs among which suggestions are searched. */
const maxSearched = 50;
/** Suggestions for one option. The adapters show as many at most. */
const maxSuggestions = 25;

/** Returns the functions. Each that takes an `origin` shows and changes only what its person may see. */
export function createJobs(parts: JobsParts) {
  const { store, acceptance, deliveries, api, learnedDurations, clock } = parts;
  const owner = ({ platform, tenant, person }: Origin): Owner => ({ platform, tenant, person: person.id });
  const elapsedSeconds = (job: Job) => Math.max(0, (clock.now() - job.createdAt.getTime()) / 1000);

  async function find(id: number, origin: Origin): Promise<Job | undefined> {
    const job = await store.find(id);
    return job && maySee(job, origin) ? job : undefined;
  }

  /** Deletes an output at PhotoGPT. Resolves with whether it is gone. */
  async function removeAtPhotoGPT({ kind, id }: Output, signal: AbortSignal): Promise<boolean> {
    try {
      await (kind === 'image'
        ? api.deleteImage({ imageID: id }, { signal })
        : api.deleteVideo({ videoID: id }, { signal }));
      return true;
    } catch (error) {
      if (!(error instanceof PhotoGPTError)) throw error;
      return error.reason === 'missing';
    }
  }

  return {
    /** Returns a job that this person may see. */
    find,
    /** Whether this person may cancel or delete the job. */
    mayChange,
    /** Returns the seconds since the job was asked for. */
    elapsed: elapsedSeconds,
    /** See `JobsParts`. */
    results: parts.results,
    /** Returns the seconds that jobs of a model usually take. */
    usual: (model: string) => learnedDurations.usual(model),
    /** Whether this event of the platform made a job. */
    took: async (origin: Pick<Origin, 'platform' | 'tenant' | 'event'>) =>
      (await acceptance.ofEvent(origin)) !== undefined,
    /** Records the message that acknowledges a job. See `JobStore.shown`. */
    shown: async (id: number, ref: MessageRef): Promise<void> => {
      await store.shown(id, ref);
    },
    /** Ends the jobs of a place that the bot was removed from. */
    abandon: async (platform: PlatformName, tenant: string): Promise<void> => {
      await store.abandon(platform, tenant);
    },
    /** Returns the newest jobs of this person. */
    recent: (origin: Origin, limit: number) => store.recent(owner(origin), limit),
    /** Returns the newest jobs of this place, and how many of them others keep private. */
    async recentHere(origin: Origin, limit: number): Promise<{ shown: Job[]; hidden: number }> {
      const all = await store.recentHere(origin, limit);
      const shown = all.filter((job) => maySee(job, origin));
      return { shown, hidden: all.length - shown.length };
    },

    /** Returns suggestions for an option that takes a job: the newest of this person whose number or prompt fits. */
    async suggest(origin: Origin, typed: string) {
      const wanted = typed.toLowerCase().replace(/^#/, '');
      const recent = await store.recent(owner(origin), maxSearched);
      const named = recent.map((job) => ({ job, words: String(job.request.prompt ?? job.operation).slice(0, 60) }));
      const fits = named.filter(({ job, words }) => `${job.id} ${words}`.toLowerCase().includes(wanted));
      return fits
        .slice(0, maxSuggestions)
        .map(({ job, words }) => ({ value: String(job.id), label: `#${job.id} ${words}` }));
    },

    /**
     * Records the job, and returns the message that acknowledges it. A repeated event returns the message of the job
     * that it made before. Throws `UserError` when the rules of the place refuse such work, and at a spending limit.
     */
    async start(work: Work, { origin, call }: { origin: Origin; call: Call }): Promise<Message> {
      const rules = (await parts.policy?.rules(origin)) ?? rulesFrom({ place: {}, channel: {} });
      const asksPrivacy = call.options.private === true;
      const isPrivate = origin.private || asksPrivacy || rules.private === 'forced';
      const expected = await parts.policy?.expected(work);
      const row = {
        ...work,
        ...owner(origin),
        event: origin.event,
        channel: channelKey(origin),
        origin: { ...origin, private: isPrivate },
        call,
        private: isPrivate,
        ack: origin.ack ?? null,
        expected,
        key: parts.key,
        // No price is documented, so the cost of a job does not tell which one it is. Trainings have no id of their
        // own, and their model tells them apart.
        lane: work.operation === 'train' ? 'training' : laneOf(origin, parts.lanes),
      };
      const unwanted = refusalOf(rules, origin, { ...work, asksPrivacy });
      const admission: Admission = {
        ...countingFor(rules, origin, owner(origin)),
        most: maxOpenJobsFor(rules, origin, parts.maxOpen),
        refuse: (usage) => unwanted ?? overdrawn(rules, origin, usage, { expected, most: parts.maxOpen }),
      };
      const written = retryWrite(() => acceptance.insert(row, jobDeadlinesMs[work.operation], admission), clock);
      const { job, isNew, ahead } = await written.catch((error: unknown) => {
        // The model is in training already: another person was a moment quicker.
        if (work.operation !== 'train' || !isUniqueViolation(error)) throw error;
        const model = String(call.options.model ?? '').replace(/^#\d+ /, '');
        throw refuse('modelTrained', { model, training: true });
      });
      if (isNew) parts.queued(job.operation);
      const message = parts.views.progress(job, elapsedSeconds(job), learnedDurations.usual(job.model), ahead);
      return { ...message, private: isPrivate || undefined };
    },

    /** Cancels a job. See `JobStore.cancel`. */
    async cancel(job: Job): Promise<'cancelled' | 'withdrawn' | undefined> {
      return store.cancel(job.id);
    },

    /**
     * Deletes a finished job at PhotoGPT, on our disk, in chat and in the table. `there` tells whether PhotoGPT did it
     * all.
     */
    async remove(job: Job, signal: AbortSignal): Promise<{ there: boolean }> {
      const answers: boolean[] = [];
      for (const output of job.outputs) answers.push(await removeAtPhotoGPT(output, signal));
      const ref = (await deliveries.shownAt(job.id)) ?? job.ack;
      if (ref) {
        await parts.platforms
          .get(job.origin.platform)
          ?.edit(ref, parts.views.tombstone(job), signal)
          .catch((error: unknown) => parts.log.warn({ err: error, job: job.id }, 'clearing the deleted result failed'));
      }
      await parts.removeFiles(job.id);
      await store.remove(job.id);
      return { there: answers.every(Boolean) };
    },
  };
}
