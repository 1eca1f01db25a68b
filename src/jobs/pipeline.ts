/** The loops that carry every job from the queue to the chat, started and stopped together. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { createAudit } from './audit.ts';
import type { createDeliver } from './deliver.ts';
import type { DeliveryStore } from './deliveries-store.ts';
import type { Experience } from './durations-store.ts';
import { type Leader, leaderLease } from './leader-store.ts';
import { runLoop } from './loop.ts';
import type { createOverdue } from './overdue.ts';
import type { createSweep } from './sweep.ts';
import type { Transitions } from './transitions-store.ts';
import { createWake } from './wake.ts';

type Step = (signal: AbortSignal) => Promise<boolean>;

export type PipelineParts = {
  submit: Step;
  reconcile: Step;
  prepare: Step;
  train: Step;
  progress: Step;
  sweep: ReturnType<typeof createSweep>;
  audit: ReturnType<typeof createAudit>;
  overdue: ReturnType<typeof createOverdue>;
  deliver: ReturnType<typeof createDeliver>;
  refreshPresets(signal: AbortSignal): Promise<void>;
  transitions: Transitions;
  deliveries: DeliveryStore;
  experience: Experience;
  leader: Leader;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** After being asked to stop, work that costs money or is half posted gets this long to end, in milliseconds. */
const farewell = 10_000;
/** What was aborted then gets this long to notice; a platform that does not is left behind. */
const lastWords = 2_000;
const auditEvery = 5 * 60_000;

const loopNames = ['submit', 'lead', 'prepare', 'train', 'deliver', 'progress', 'housekeeping', 'presets'] as const;
type LoopName = (typeof loopNames)[number];

export type Pipeline = {
  start(): Promise<void>;
  /** Something was queued: look at once. */
  queued(): void;
  /** Claims nothing more, waits for what is under way, at most about twelve seconds, and gives the leases back. */
  stop(): Promise<void>;
};

export function createPipeline(parts: PipelineParts): Pipeline {
  const { sweep, deliver, leader, clock, random, log } = parts;
  const [intake, abort] = [new AbortController(), new AbortController()];
  // Eight loops wait on one and eight deliveries and as many requests on the other: more than Node finds normal.
  setMaxListeners(100, intake.signal, abort.signal);
  const wakes = new Map(loopNames.map((name) => [name, createWake(clock)]));
  let loops: Promise<void>[] = [];
  let leading = false;
  let ledAt = Number.NEGATIVE_INFINITY;
  let auditedAt = Number.NEGATIVE_INFINITY;

  const ring = (...names: LoopName[]) => {
    for (const name of names) wakes.get(name)?.ring();
  };
  const loop = (name: LoopName, every: number, step: () => Promise<boolean>) =>
    runLoop({ name, step, wake: wakes.get(name) ?? createWake(clock), every, clock, random, log }, intake.signal);

  /** What one replica does for all: it watches PhotoGPT. */
  async function lead(): Promise<boolean> {
    if (clock.now() - ledAt > leaderLease / 3) {
      const was = leading;
      leading = await leader.lead();
      ledAt = clock.now();
      if (leading && !was) {
        sweep.forget();
        await parts.experience.load();
        log.info('this replica watches PhotoGPT now');
      }
    }
    if (!leading) return false;
    const moved = await sweep.step(abort.signal);
    if (moved) ring('deliver');
    await parts.reconcile(abort.signal);
    return moved;
  }

  /** What any replica may do at any time, because each of it is one guarded statement. */
  async function housekeeping(): Promise<boolean> {
    await parts.transitions.expire();
    await parts.deliveries.expire();
    await parts.deliveries.closeFinished();
    if (await parts.overdue(abort.signal)) ring('deliver');
    if (leading) await parts.experience.save();
    if (leading && clock.now() - auditedAt > auditEvery) {
      auditedAt = clock.now();
      await parts.audit(clock, abort.signal);
    }
    return false;
  }

  return {
    async start() {
      loops = [
        loop('submit', 1_000, async () => {
          const sent = await parts.submit(abort.signal);
          if (sent) ring('lead', 'deliver', 'progress');
          return sent;
        }),
        loop('lead', 500, lead),
        loop('prepare', 1_000, async () => {
          if (await parts.prepare(abort.signal)) ring('deliver');
          return false;
        }),
        loop('train', 2_000, async () => {
          const moved = await parts.train(abort.signal);
          if (moved) ring('deliver', 'progress');
          return moved;
        }),
        loop('deliver', 500, () => deliver.step(abort.signal, () => ring('deliver'))),
        loop('progress', 1_000, () => parts.progress(abort.signal)),
        loop('housekeeping', 5_000, housekeeping),
        loop('presets', 3_600_000, async () => {
          await parts.refreshPresets(abort.signal);
          return false;
        }),
      ];
    },

    queued: () => ring('submit', 'train'),

    async stop() {
      intake.abort();
      const ended = Promise.all(loops).then(deliver.idle);
      const atMost = async (milliseconds: number) => {
        const early = new AbortController();
        await Promise.race([ended, clock.sleep(milliseconds, early.signal)]);
        early.abort();
      };
      await atMost(farewell);
      abort.abort(new Error('the bot is stopping'));
      await atMost(lastWords);
      await parts.experience.save();
      await leader.resign();
    },
  };
}
