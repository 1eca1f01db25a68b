/** Metrics for Prometheus. No label takes a value from a person, so the number of series stays small. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * Unfinished jobs or deliveries of one state. `oldest` is the time since the longest unchanged one has changed, in
 * seconds. `stuck` counts those that have not changed for longer than their state allows.
 */
export type OpenWork = { what: 'job' | 'delivery'; state: string; count: number; oldest: number; stuck: number };

/** The metrics of this process. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Upper bounds of the histograms, in seconds. Platforms demand an acknowledgement within 3 s. */
const acknowledgementBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 3];
/** The API answers in seconds. */
const requestBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** The delivery of a video may take half an hour. */
const delayBuckets = [1, 2, 5, 10, 30, 60, 300, 1_800];

/**
 * Returns metrics with a registry of their own. Each scrape calls `openWork` once. When that rejects, the scrape lacks
 * its gauges. Labels: `command`, `operation` and `platform` are names from our own lists. `outcome` and `state` are our
 * own words. `status` is an HTTP status, or `none` for a request without an answer.
 */
export function createMetrics(openWork: () => Promise<OpenWork[]>) {
  const registry = new Registry();
  const registers = [registry];
  const jobs = new Gauge({
    name: 'photogpt_bot_open_jobs',
    help: 'Unfinished jobs by state.',
    labelNames: ['state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'photogpt_bot_oldest_open_job_seconds',
    help: 'Age of the oldest unfinished job by state.',
    labelNames: ['state'],
    registers,
  });
  const deliveries = new Gauge({
    name: 'photogpt_bot_open_deliveries',
    help: 'What must still be said in a chat, by state.',
    labelNames: ['state'],
    registers,
  });
  const oldestDelivery = new Gauge({
    name: 'photogpt_bot_oldest_open_delivery_seconds',
    help: 'Age of the oldest thing that must still be said, by state.',
    labelNames: ['state'],
    registers,
  });
  const stuck = new Gauge({
    name: 'photogpt_bot_stuck_rows',
    help: 'Rows that have not changed for longer than their state allows: above 0 for minutes means that help is needed.',
    labelNames: ['what', 'state'],
    registers,
  });
  const database = new Gauge({
    name: 'photogpt_bot_database_up',
    help: 'Whether the database answered this scrape.',
    registers,
  });

  return {
    calls: new Counter({
      name: 'photogpt_bot_calls_total',
      help: 'Calls by command and what became of them.',
      labelNames: ['command', 'outcome'],
      registers,
    }),
    acknowledgementSeconds: new Histogram({
      name: 'photogpt_bot_acknowledgement_seconds',
      help: 'From the arrival of a call to the first sign of life in the chat.',
      labelNames: ['platform'],
      buckets: acknowledgementBuckets,
      registers,
    }),
    apiRequests: new Counter({
      name: 'photogpt_bot_api_requests_total',
      help: 'Requests to the PhotoGPT API by operation and HTTP status.',
      labelNames: ['operation', 'status'],
      registers,
    }),
    apiSeconds: new Histogram({
      name: 'photogpt_bot_api_request_seconds',
      help: 'How long requests to the PhotoGPT API took.',
      labelNames: ['operation'],
      buckets: requestBuckets,
      registers,
    }),
    deliveries: new Counter({
      name: 'photogpt_bot_deliveries_total',
      help: 'Attempts to post by platform and what became of them.',
      labelNames: ['platform', 'outcome'],
      registers,
    }),
    deliveryDelaySeconds: new Histogram({
      name: 'photogpt_bot_delivery_delay_seconds',
      help: 'From the end of a job, by the clock of the API, to its result in the chat.',
      labelNames: ['platform'],
      buckets: delayBuckets,
      registers,
    }),
    discordInvalid: new Counter({
      name: 'photogpt_bot_discord_invalid_requests_total',
      help: 'Answers 401, 403 and 429 of Discord: it blocks an address after 10,000 of them in ten minutes.',
      labelNames: ['status'],
      registers,
    }),
    mediaBytes: new Counter({
      name: 'photogpt_bot_media_bytes_total',
      help: 'Bytes of pictures and videos, taken in from people or fetched from PhotoGPT.',
      labelNames: ['source'],
      registers,
    }),

    /** Returns all metrics in Prometheus' text format, whose media type is `contentType`. */
    async render() {
      // The old values go even without new ones: a number that is no longer true is worse than none.
      const states = await openWork().catch(() => undefined);
      database.set(states ? 1 : 0);
      for (const gauge of [jobs, oldest, deliveries, oldestDelivery, stuck]) gauge.reset();
      for (const { what, state, count, oldest: seconds, stuck: over } of states ?? []) {
        (what === 'job' ? jobs : deliveries).set({ state }, count);
        (what === 'job' ? oldest : oldestDelivery).set({ state }, seconds);
        stuck.set({ what, state }, over);
      }
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
