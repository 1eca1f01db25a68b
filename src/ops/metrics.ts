/** What is counted and timed, for Prometheus. No label takes a value from a person, so the number of series stays small. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * Unfinished work of one state, jobs or what must be said of them: `oldest` is how long the longest unchanged one has not
 * changed, in seconds, and `stuck` counts those that should have.
 */
export type OpenWork = { what: 'job' | 'delivery'; state: string; count: number; oldest: number; stuck: number };

export type Metrics = ReturnType<typeof createMetrics>;

// Platforms want an acknowledgement within 3 s; the API answers in seconds; a video may take half an hour.
const acknowledgement = [0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const requests = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const delays = [1, 2, 5, 10, 30, 60, 300, 1_800];

/**
 * A set of metrics with a registry of its own. `openWork` is asked once for each scrape; when it rejects, the scrape goes
 * without the gauges it feeds. Labels: `command`, `operation` and `platform` are names from our own lists, `outcome` and
 * `state` are words of ours, `status` is an HTTP status or `none` where there was no answer.
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
      buckets: acknowledgement,
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
      buckets: requests,
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
      buckets: delays,
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

    /** Everything in Prometheus' text format, whose media type is `contentType`. */
    async render() {
      // The old values go even when there are no new ones: a number that is no longer true is worse than none.
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
