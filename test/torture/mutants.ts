/** The bot with one of its precautions taken out: a harness that does not notice has lost its teeth. */

import { sql } from 'drizzle-orm';
import type { MessageRef } from '../../src/chat.ts';
import type { Database } from '../../src/db/connect.ts';
import type { Delivery, DeliveryStore } from '../../src/jobs/deliver/deliveries-store.ts';
import type { ApiKeyStore } from '../../src/jobs/state/api-key-store.ts';
import type { Job, JobStore } from '../../src/jobs/state/job-store.ts';
import type { Transitions } from '../../src/jobs/state/transitions-store.ts';
import { absenceGraceMs } from '../../src/jobs/timings.ts';
import type { PhotoGPT } from '../../src/photogpt/client.ts';
import type { Life } from './life.ts';

export const mutants = [
  'blind repeat',
  'post then mark',
  'greedy adoption',
  'no quarantine',
  'taint ignored',
  'no grace',
  'no fence',
  'now from the process',
  'nonce only',
  'mark then post',
  'short lease',
  'deaf to pauses',
  'no budget',
] as const;
export type Mutant = (typeof mutants)[number];

type Stores = { transitions: Transitions; deliveries: DeliveryStore; apiKeyStore: ApiKeyStore };
type Given = Stores & { db: Database; life: Life; store: JobStore };
/** `listed` gives the API as the step sees it that looks for lost answers. */
type Mutated = Stores & { listed(api: PhotoGPT): PhotoGPT };

/** A claim that is shorter than the time a request may take, in milliseconds. */
const tooShort = 5_000;

/** The stores with the precaution of this mutant taken out. The rest of the mutants are flaws of the chat's adapter. */
export function mutated(mutant: Mutant | undefined, given: Given): Mutated {
  const { db, transitions, deliveries, apiKeyStore } = given;
  const same = { transitions, deliveries, apiKeyStore, listed: (api: PhotoGPT) => api };
  switch (mutant) {
    case 'blind repeat':
      return {
        ...same,
        transitions: {
          ...transitions,
          async claimSome(...given) {
            const claimed = await transitions.claimSome(...given);
            for (const { id } of claimed)
              await db.run(sql`update jobs set sent_at = null where id = ${id} returning id`);
            return claimed;
          },
          sending: (job, lease) => transitions.referenced(job, job.refs, lease),
          doubt: (job) => transitions.requeue(job, 0),
        },
      };
    case 'greedy adoption':
      return { ...same, ...greedy(given) };
    case 'no quarantine':
      return {
        ...same,
        apiKeyStore: {
          ...apiKeyStore,
          orphan: async (orphan) => {
            if (orphan.verdict !== 'quarantined') await apiKeyStore.orphan(orphan);
          },
        } as ApiKeyStore,
      };
    case 'taint ignored':
      return { ...same, transitions: { ...transitions, taintOthers: async () => {} } as unknown as Transitions };
    case 'no grace':
      return {
        ...same,
        apiKeyStore: {
          ...apiKeyStore,
          inDoubt: async () =>
            (await apiKeyStore.inDoubt()).map((doubt) => ({ ...doubt, since: Number(doubt.since) + absenceGraceMs })),
        } as ApiKeyStore,
      };
    case 'no fence':
      return { ...same, ...fenceless(given) };
    case 'mark then post':
      return { ...same, deliveries: markedFirst(deliveries) };
    case 'short lease':
      return {
        ...same,
        transitions: {
          ...transitions,
          claim: (key, _lease, ...which) => transitions.claim(key, tooShort, ...which),
          claimSome: (key, _lease, ...which) => transitions.claimSome(key, tooShort, ...which),
          sending: (job) => transitions.sending(job, tooShort),
        },
      };
    case 'deaf to pauses':
      // Who asks for it hears of no pause; claims look at the row themselves.
      return {
        ...same,
        apiKeyStore: { ...apiKeyStore, state: async () => ({ ...(await apiKeyStore.state()), pausedFor: 0 }) },
      };
    case 'no budget':
      return { ...same, apiKeyStore: { ...apiKeyStore, takeCalls: async (wanted) => wanted } };
    default:
      return same;
  }
}

/** Takes the newest job of the list that nobody owns, whoever else may wait for it and whoever else uses the key. */
function greedy({ apiKeyStore }: Given): Pick<Mutated, 'apiKeyStore' | 'listed'> {
  return {
    apiKeyStore: {
      ...apiKeyStore,
      unidentified: async () => [],
      state: async () => ({ ...(await apiKeyStore.state()), foreign: false }),
    } as unknown as ApiKeyStore,
    listed: (api) => ({
      ...api,
      async listJobs(input, options) {
        const { jobs, serverTime } = await api.listJobs(input, options);
        const known = await apiKeyStore.known(jobs.map(({ jobId }) => jobId));
        return {
          jobs: jobs.filter(({ jobId }) => !known.has(jobId)).slice(0, 1),
          nextPageToken: undefined,
          serverTime,
        };
      },
    }),
  };
}

/** Whoever holds the claim now, everybody may write. */
function fenceless({ transitions, deliveries, store, db }: Given): Pick<Mutated, 'transitions' | 'deliveries'> {
  const now = async (job: Job) => ({ ...job, fence: (await store.find(job.id))?.fence ?? job.fence });
  const held = async (delivery: Delivery): Promise<Delivery> => {
    const [row] = await db.run(sql`select fence from deliveries where id = ${delivery.id}`);
    return { ...delivery, fence: Number(row?.fence ?? delivery.fence) };
  };
  return {
    transitions: {
      ...transitions,
      referenced: async (job, refs, lease) => transitions.referenced(await now(job), refs, lease),
      sending: async (job, lease) => transitions.sending(await now(job), lease),
      requeue: async (job, delay) => transitions.requeue(await now(job), delay),
      doubt: async (job) => transitions.doubt(await now(job)),
      refused: async (job, failure) => transitions.refused(await now(job), failure),
    },
    deliveries: {
      ...deliveries,
      note: async (delivery, notes) => deliveries.note(await held(delivery), notes),
      sent: async (delivery, ...how) => deliveries.sent(await held(delivery), ...how),
    },
  };
}

/** Says that it was posted, and then posts it. */
function markedFirst(deliveries: DeliveryStore): DeliveryStore {
  const somewhere: MessageRef = { platform: 'playground', channel: 'somewhere', id: 'somewhere' };
  return {
    ...deliveries,
    async claim(lease, limit, platforms) {
      const claimed = await deliveries.claim(lease, limit, platforms);
      for (const delivery of claimed) await deliveries.sent(delivery, somewhere);
      return claimed;
    },
    note: async () => true,
    renew: async () => true,
    sent: async () => 'last',
  };
}
