/** A child process: the modelled API over real HTTP. It takes new jobs as well. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '../../src/sandbox/studio/random.ts';
import { answerOf } from './answers.ts';
import { arrivalsOf, drawing, type Jobs, type Kind } from './arrivals.ts';
import { answering, settingsOf } from './children.ts';
import { createModelledApi } from './modelled-api.ts';

/** The settings of the process. */
export type FakeApiSettings = {
  kinds: Kind[];
  sigma: number;
  seed: number;
  /** Mean number of jobs in flight from `begin` on, of those that arrived within `past` milliseconds. */
  inFlight: number;
  past: number;
  /** Milliseconds until a submit is answered. */
  submitTakes: number;
};
const { kinds, sigma, seed, inFlight, past, submitTakes }: FakeApiSettings = settingsOf();

/** Largest number of new jobs. */
const maxNewJobs = 200_000;

const before = arrivalsOf({ kinds, sigma, inFlight, seed, from: -past, to: 0 });
const extended = <T extends Float64Array | Uint8Array>(from: T, into: T): T => {
  into.set(from.subarray(0, before.count));
  return into;
};
const jobs: Jobs = {
  count: before.count,
  kinds,
  created: extended(before.created, new Float64Array(before.count + maxNewJobs)),
  ended: extended(before.ended, new Float64Array(before.count + maxNewJobs)),
  kind: extended(before.kind, new Uint8Array(before.count + maxNewJobs)),
};
const { next: random } = createRandom(`far ${seed}`);
const draw = drawing({ kinds, sigma, random });
const model = createModelledApi({ jobs, lag: 0, random, origin: 0 });
/** The time of each user agent's last look at jobs. */
const askedAt: Record<string, number> = {};
const submits: Record<string, number> = {};

/** Adds a job, and returns the body of the answer. */
function submitted(text: string): string {
  const { modelID } = JSON.parse(text) as { modelID: string };
  const kind = kinds.findIndex((one) => one.model === modelID);
  const drawn = draw(kind < 0 ? undefined : kind);
  const index = jobs.count;
  jobs.created[index] = Date.now();
  jobs.ended[index] = Date.now() + drawn.milliseconds;
  jobs.kind[index] = drawn.kind;
  jobs.count += 1;
  return JSON.stringify({ status: 'OK', result: { jobId: `j${index}`, status: 'queued' } });
}

const server = createServer((request, response) => {
  const agent = request.headers['user-agent'] ?? '';
  const say = (status: number, body: string, retryAfterSeconds?: number) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    });
    response.end(body);
  };
  if (request.method === 'POST') {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.once('end', () => {
      submits[agent] = (submits[agent] ?? 0) + 1;
      model.submit(Date.now());
      const body = submitted(text);
      setTimeout(() => say(200, body), submitTakes);
    });
    return;
  }
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  askedAt[agent] = Date.now();
  const answer = answerOf(model, url, Date.now());
  if (answer) say(answer.status, answer.body, answer.retryAfterSeconds);
  else say(200, JSON.stringify({ status: 'OK', result: [] }));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');

answering({
  ready: () =>
    new Promise((resolve) => (server.listening ? resolve(true) : server.once('listening', () => resolve(true)))),
  /** Sets the times of the earlier work. `zero` is now, in epoch milliseconds. No call comes before it. */
  begin(zero: number) {
    for (let index = 0; index < before.count; index += 1) {
      jobs.created[index] = (before.created[index] ?? 0) + zero;
      jobs.ended[index] = (before.ended[index] ?? 0) + zero;
    }
  },
  url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
  calls: ({ from, to }: { from: number; to: number }) => model.calls(from, to),
  /** Returns the ends of jobs, by their ids. */
  ends: (ids: string[]) => ids.map((id) => model.endOf(model.indexOf(id))),
  agents: () => ({ askedAt, submits }),
});
