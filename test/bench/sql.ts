/** Measures the most frequent statements at full speed: claims, inserts and ends, and the same work by job queues. */
import { createBatchedWrites } from '../../src/db/batched-writes.ts';
import { openPostgres } from '../../src/db/engines/postgres.ts';
import { createDeliveryStore } from '../../src/jobs/deliver/deliveries-store.ts';
import { createTransitions } from '../../src/jobs/state/transitions-store.ts';
import { createAcceptance } from '../../src/jobs/submit/acceptance-store.ts';
import { type BenchDatabase, insertPending, insertRunning, key, openBenchDatabase } from './databases.ts';
import type { Figure, Group, Setting } from './figure.ts';
import { inParallel, type Rates, rivalRates } from './rival-queues.ts';

/** Clients that claim at the same time. */
const clients = 4;
/** Rows of one claim. */
const batch = 50;
const leaseMs = 60_000;

/** Claims all due deliveries with four clients. Returns the claims a second. Throws when one is claimed twice. */
async function claims(database: BenchDatabase, count: number): Promise<number> {
  await insertPending(database, count);
  const connections = await Promise.all(Array.from({ length: clients }, () => openPostgres(database.url)));
  try {
    const taken: number[] = [];
    const began = performance.now();
    const claiming = async (store: ReturnType<typeof createDeliveryStore>) => {
      // Another client may hold the last rows during its claim.
      for (let empty = 0; empty < 3; ) {
        const rows = await store.claim(leaseMs, batch);
        empty = rows.length === 0 ? empty + 1 : 0;
        for (const { id } of rows) taken.push(id);
      }
    };
    await Promise.all(connections.map((connection) => claiming(createDeliveryStore(connection))));
    const perSecond = (1000 * taken.length) / (performance.now() - began);
    if (new Set(taken).size !== taken.length) throw new Error('a delivery was claimed twice');
    if (taken.length !== count) throw new Error(`${taken.length} of ${count} deliveries were claimed`);
    return perSecond;
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

/** Returns the inserts and the ends a second. */
async function insertsAndEnds(database: BenchDatabase, count: number): Promise<Rates> {
  const db = await openPostgres(database.url);
  try {
    const acceptance = createAcceptance(db);
    const person = { id: 'ada', name: 'Ada', roles: [], moderator: false };
    const inserts = await inParallel(count, 8, (index) => {
      const event = `insert-${index}`;
      const place = { kind: 'channel', channel: `c${index}` } as const;
      const origin = {
        platform: 'playground',
        event,
        tenant: 'home',
        place,
        person,
        locale: 'en',
        private: false,
      } as const;
      const call = { command: 'imagine', options: { prompt: 'a lighthouse at dusk' } };
      const asked = { operation: 'image', model: 'nanobanana-2', request: call.options, refs: [], call } as const;
      const whose = { platform: 'playground', event, tenant: 'home', person: `person-${index}`, origin } as const;
      const row = {
        ...asked,
        refs: [],
        ...whose,
        channel: `playground/home/c${index}`,
        private: false,
        key,
        lane: 'unpriced',
      };
      return acceptance.insert(row, 3_600_000);
    });

    const ids = Array.from({ length: count }, (_, index) => `e${index}`);
    const created = ids.map(() => Date.now());
    await insertRunning(database, { ids, created, models: ids.map(() => 'nanobanana-2') });
    const rows = await database.sql`select id from jobs where state = 'running'`;
    const transitions = createTransitions(db);
    const outputs = [{ kind: 'image' as const, id: 'i', url: 'https://media.test/i' }];
    // As in the bot: ends that come during a write go into the next one.
    const end = createBatchedWrites(transitions.ended, batch);
    const ends = await inParallel(rows.length, 2 * batch, (index) => end({ id: Number(rows[index]?.id), outputs }));
    return { inserts, ends };
  } finally {
    await db.close();
  }
}

/** Measures. */
export async function sql({ quick, server, rivals, say }: Setting): Promise<Group> {
  const target = { atLeast: 15_000 };
  const named = {
    claims: { name: `deliveries claimed, ${clients} clients, batch ${batch}, none twice`, unit: '/s', target },
    inserts: { name: 'jobs inserted one by one, 8 at a time', unit: '/s' },
    ends: { name: `jobs ended with their delivery, batch ${batch}`, unit: '/s' },
  } satisfies Record<string, Figure>;
  if (!server)
    return { figures: Object.values(named).map((one) => ({ ...one, skipped: 'no Postgres server' })), runs: {} };

  say('claims, inserts and ends on Postgres');
  const count = quick ? 10_000 : 50_000;
  const database = await openBenchDatabase(server);
  const ours: Rates = {};
  try {
    // Warms up: the first statements are planned, and the first pages written.
    await claims(database, 2_000);
    await database.sql`truncate jobs, deliveries cascade`;
    ours.claims = await claims(database, count);
    Object.assign(ours, await insertsAndEnds(database, quick ? 1_000 : 5_000));
  } finally {
    await database.drop();
  }
  say(rivals ? 'the same by graphile-worker and pg-boss, where they are installed' : 'no --rivals folder is given');
  const others = await rivalRates(rivals, { server, count, clients, batch });
  const of = (what: keyof Rates) => {
    const rates = Object.entries(others).flatMap(([name, each]) => (each[what] ? [[name, each[what]] as const] : []));
    return rates.length > 0 ? Object.fromEntries(rates) : undefined;
  };
  const kinds = ['claims', 'inserts', 'ends'] as const;
  return {
    figures: kinds.map((what) => ({ ...named[what], ours: ours[what], rivals: of(what) })),
    runs: { ours, others, count },
  };
}
