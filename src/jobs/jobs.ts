/** What commands can ask of jobs: start one, find one, change one. */
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
import { countingFor, mostOpen, overdrawn } from '../policy/spending/spending-limits.ts';
import type { DeliveryStore } from './deliver/deliveries-store.ts';
import { channelKey } from './deliver/fallback-places.ts';
import type { Views } from './deliver/views.ts';
import type { LearnedDurations } from './poll/durations-store.ts';
import { isTaken, type Job, type JobStore, type Owner } from './state/job-store.ts';
import type { Acceptance, Admission } from './submit/acceptance-store.ts';
import { laneOf } from './submit/lanes.ts';
import type { Role } from './submit/request-body.ts';
import { retryWrite } from './submit/retry-write.ts';

/** Work that a command wants done. `refs` are kept pictures and what each is for; `parent` is what it was made from. */
export type Work = {
  operation: Job['operation'];
  model: string;
  request: Record<string, unknown>;
  refs: { media: string; role: Role }[];
  parent?: number;
  parentImage?: number;
};

export type JobsParts = {
  store: JobStore;
  acceptance: Acceptance;
  deliveries: DeliveryStore;
  api: PhotoGPT;
  /** The digest of the API key that new jobs use. */
  key: string;
  learnedDurations: LearnedDurations;
  platforms: ReadonlyMap<PlatformName, Pick<Platform<never>, 'edit'>>;
  views: Views & { tombstone(job: Job): Message };
  results(job: Job, signal: AbortSignal): Promise<Media[]>;
  removeFiles(job: number): Promise<void>;
  queued(operation: Job['operation']): void;
  /** Among how many lanes jobs are spread; 1 without it. */
  lanes?: number;
  maxOpen: number;
  /** What moderators have decided, and what things cost. Without it nobody has decided anything. */
  policy?: {
    rules(origin: Origin): Promise<Rules>;
    /** Credits that work will probably cost; undefined where nobody knows. */
    expected(work: Work): Promise<number | undefined>;
  };
  clock: Clock;
  log: Log;
};

const hour = 3_600_000;
/**
 * How long a job may be on the way before it is ended with a reason, in milliseconds. A training may wait a whole day
 * for others to end; once it has begun, it gets a deadline of its own.
 */
const deadlines: Record<Job['operation'], number> = { image: hour, upscale: hour, video: 3 * hour, train: 24 * hour };

export type Jobs = ReturnType<typeof createJobs>;

export function createJobs(parts: JobsParts) {
  const { store, acceptance, deliveries, api, learnedDurations, clock } = parts;
  const owner = ({ platform, tenant, person }: Origin): Owner => ({ platform, tenant, person: person.id });
  const elapsed = (job: Job) => Math.max(0, (clock.now() - job.createdAt.getTime()) / 1000);

  async function find(id: number, origin: Origin): Promise<Job | undefined> {
    const job = await store.find(id);
    return job && maySee(job, origin) ? job : undefined;
  }

  /** Deletes an output at PhotoGPT; what is not there any more is deleted. */
  async function removeThere({ kind, id }: Output, signal: AbortSignal): Promise<boolean> {
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
    find,
    mayChange,
    elapsed,
    results: parts.results,
    usual: (model: string) => learnedDurations.usual(model),
    /** Whether an event made a job. */
    took: async (origin: Pick<Origin, 'platform' | 'tenant' | 'event'>) =>
      (await acceptance.ofEvent(origin)) !== undefined,
    shown: async (id: number, ref: MessageRef): Promise<void> => {
      await store.shown(id, ref);
    },
    /** Ends the work of a place that the bot was removed from. */
    abandon: async (platform: PlatformName, tenant: string): Promise<void> => {
      await store.abandon(platform, tenant);
    },
    recent: (origin: Origin, limit: number) => store.recent(owner(origin), limit),
    /** The newest of everybody's where this was asked; what others keep to themselves is not among what is shown. */
    async recentHere(origin: Origin, limit: number): Promise<{ shown: Job[]; hidden: number }> {
      const all = await store.recentHere(origin, limit);
      const shown = all.filter((job) => maySee(job, origin));
      return { shown, hidden: all.length - shown.length };
    },

    /** Suggestions for an option that takes a job: this person's newest, those whose number or prompt fits. */
    async suggest(origin: Origin, typed: string) {
      const wanted = typed.toLowerCase().replace(/^#/, '');
      const recent = await store.recent(owner(origin), 50);
      const named = recent.map((job) => ({ job, words: String(job.request.prompt ?? job.operation).slice(0, 60) }));
      const fits = named.filter(({ job, words }) => `${job.id} ${words}`.toLowerCase().includes(wanted));
      return fits.slice(0, 25).map(({ job, words }) => ({ value: String(job.id), label: `#${job.id} ${words}` }));
    },

    /**
     * Writes the job down and gives the message that acknowledges it. The same event again gives the message of the
     * job it made. Throws `UserError` when this place does not want such work, or somebody has spent or begun enough.
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
        // No price is documented for anything, so no two jobs can be told apart by what they cost. Trainings have no
        // id of their own, and are told apart by their model.
        lane: work.operation === 'train' ? 'training' : laneOf(origin, parts.lanes),
      };
      const unwanted = refusalOf(rules, origin, { ...work, asksPrivacy });
      const admission: Admission = {
        ...countingFor(rules, origin, owner(origin)),
        most: mostOpen(rules, origin, parts.maxOpen),
        refuse: (usage) => unwanted ?? overdrawn(rules, origin, usage, { expected, most: parts.maxOpen }),
      };
      const written = retryWrite(() => acceptance.insert(row, deadlines[work.operation], admission), clock);
      const { job, isNew, ahead } = await written.catch((error: unknown) => {
        // A model is in training once: somebody was a moment quicker.
        if (work.operation !== 'train' || !isTaken(error)) throw error;
        const model = String(call.options.model ?? '').replace(/^#\d+ /, '');
        throw refuse('modelTrained', { model, training: true });
      });
      if (isNew) parts.queued(job.operation);
      const message = parts.views.progress(job, elapsed(job), learnedDurations.usual(job.model), ahead);
      return { ...message, private: isPrivate || undefined };
    },

    /** See `JobStore.cancel`. */
    async cancel(job: Job): Promise<'cancelled' | 'withdrawn' | undefined> {
      return store.cancel(job.id);
    },

    /** Deletes a finished job: at PhotoGPT as far as it answers (`there`), on our disk, in chat and in the table. */
    async remove(job: Job, signal: AbortSignal): Promise<{ there: boolean }> {
      const answers: boolean[] = [];
      for (const output of job.outputs) answers.push(await removeThere(output, signal));
      const ref = (await deliveries.shownAt(job.id)) ?? job.ack;
      if (ref) {
        await parts.platforms
          .get(job.origin.platform)
          ?.edit(ref, parts.views.tombstone(job), signal)
          .catch((error: unknown) => parts.log.warn({ err: error, job: job.id }, 'the deleted result stays in chat'));
      }
      await parts.removeFiles(job.id);
      await store.remove(job.id);
      return { there: answers.every(Boolean) };
    },
  };
}
