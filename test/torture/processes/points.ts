/**
 * Points at which a replica can be killed or frozen: each request and statement, before it is sent and after its
 * answer.
 */
import { channel } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';

type Request = { method?: string; path?: string };

/** Requests over HTTP, by verb and path: to PhotoGPT, for its files, to the chats. */
const requests: Record<string, [verb: string, path: RegExp]> = {
  generateImage: ['POST', /^\/api\/images\/generation/],
  generateVideo: ['POST', /^\/api\/videos\/generation/],
  getJob: ['GET', /^\/api\/jobs\/[^?]/],
  listJobs: ['GET', /^\/api\/jobs(\?|$)/],
  createVideoDownload: ['GET', /^\/api\/videos\/[^/]+\/create-download/],
  getVideoDownload: ['GET', /^\/api\/videos\/[^/]+\/download/],
  media: ['GET', /^\/media\//],
  acknowledge: ['POST', /\/interactions\/.*\/callback/],
  edit: ['PATCH', /\/webhooks\/.*\/messages\//],
  create: ['POST', /\/channels\/\d+\/messages/],
  uploadToSlack: ['POST', /^\/upload\//],
  completeUpload: ['POST', /files\.completeUploadExternal/],
  updateInSlack: ['POST', /chat\.update/],
  postInSlack: ['POST', /chat\.postMessage/],
};

/** Statements, by text that only they have. */
const statements: Record<string, RegExp> = {
  insertJob: /insert into "jobs"/,
  // The claim also says that the request leaves, because these people attach nothing.
  claimJob: /update "jobs" set .*"fence" = /,
  accepted: /update "jobs" set .*"remote_id" = /,
  ended: /moved as \(\s+update jobs (j )?set\s+state = /,
  prepare: /update "jobs" set "next_at"/,
  claimDelivery: /update "deliveries" set .*"fence" = /,
  noted: /update deliveries set notes/,
  sent: /done as \(\s+update deliveries /,
  shown: /update jobs set ack = /,
  progress: /update "jobs" set .*"progress_at" = /,
  lead: /insert into "leases"/,
};

const moments = ['before', 'after'] as const;
/** All points, by the names that a schedule uses: `generateImage.after`. */
export const pointNames = [...Object.keys(requests), ...Object.keys(statements)].flatMap((name) =>
  moments.map((moment) => `${name}.${moment}`),
);

/**
 * Ends this process with `signal` when it gets to `point`, which may say how often: `generateImage.after:3`. Prints the
 * point first. `databasePort` is the port of its statements.
 */
export function endAt(point: string, signal: 'SIGKILL' | 'SIGSTOP', databasePort: number): void {
  const [, name = '', moment = '', often = '1'] = /^(\w+)\.(before|after)(?::(\d+))?$/.exec(point) ?? [];
  let left = Number(often);
  function arrive(): void {
    left -= 1;
    if (left !== 0) return;
    writeSync(1, `at ${name}.${moment}\n`);
    process.kill(process.pid, signal);
  }

  const request = requests[name];
  if (request) {
    const [verb, path] = request;
    const fits = (message: unknown) => {
      const { method, path: asked = '' } = (message as { request: Request }).request;
      if (method === verb && path.test(asked)) arrive();
    };
    channel(moment === 'before' ? 'undici:request:create' : 'undici:request:headers').subscribe(fits);
  }

  const statement = statements[name];
  if (statement) {
    const write = Socket.prototype.write;
    Socket.prototype.write = function (this: Socket, ...given: unknown[]) {
      const [data] = given;
      const isAsked =
        this.remotePort === databasePort && Buffer.isBuffer(data) && statement.test(data.toString('latin1'));
      if (isAsked && moment === 'before') arrive();
      // The answer is here, and the driver has not read it yet.
      if (isAsked && moment === 'after') this.prependOnceListener('data', arrive);
      return Reflect.apply(write, this, given);
    } as typeof write;
  }
}
