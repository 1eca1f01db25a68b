/** Mutants: the bot without one of its precautions. A simulation that does not catch a mutant is too weak. */

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

/** The names, as they are printed and documented. */
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
/** One of the names. */
export type Mutant = (typeof mutants)[number];

type Stores = { transitions: Transitions; deliveries: DeliveryStore; apiKeyStore: ApiKeyStore };
type Given = Stores & { db: Database; life: Life; store: JobStore };
/** `listed` returns the API as the reconcile step sees it. */
type Mutated = Stores & { listed(api: PhotoGPT): PhotoGPT };

/** A lease that is shorter than the time that a request may take. */
const shortLeaseMs = 5_000;

/** Returns the stores without the precaution of this mutant. The other mutants are flaws of the adapter of the chat. */
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
          claim: (key, _lease, ...which) => transitions.claim(key, shortLeaseMs, ...which),
          claimSome: (key, _lease, ...which) => transitions.claimSome(key, shortLeaseMs, ...which),
          sending: (job) => transitions.sending(job, shortLeaseMs),
        },
      };
    case 'deaf to pauses':
      // The steps read of no pause. Claims still look at the row themselves.
      return {
        ...same,
        apiKeyStore: { ...apiKeyStore, state: async () => ({ ...(await apiKeyStore.state()), pausedForMs: 0 }) },
      };
    case 'no budget':
      return { ...same, apiKeyStore: { ...apiKeyStore, takeCalls: async (wanted) => wanted } };
    default:
      return same;
  }
}

/** Adopts the newest job of the list that no row owns, although other requests or programs may have made it. */
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

/** Lets every process write, also one that lost its claim. */
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

/** Records a post as sent, and then posts it. */
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
