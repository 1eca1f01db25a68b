/** What happens to every request before and after its route: counting, faults, access, reading, answering. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import type { Disturb } from '../faults/disturb.ts';
import type { Faults } from '../faults/fault-rules.ts';
import type { Ledger } from '../jobs/ledger.ts';
import type { Parts, Route } from './call.ts';
import type { Operation } from './operations.ts';
import { errorBody, Problem } from './problem.ts';
import { readBody } from './read-body.ts';

type ApiContext = Context<{ Bindings: HttpBindings }>;

/** JSON bodies hold prompts and addresses; this is far more than any of them needs. In bytes. */
const largestJson = 2 * 1024 ** 2;

export function createReceive(deps: {
  clock: Clock;
  parts: Parts;
  ledger: Ledger;
  faults: Faults;
  disturb: Disturb;
  log?: Log;
}) {
  const { clock, parts, ledger, faults, disturb, log } = deps;
  const { state, guesses } = parts;

  function authorise(c: ApiContext, key: string) {
    const account = state.accounts.get(key);
    if (!account) throw new Problem(401, 'The API key is missing or not valid', 'unauthorised');
    if (c.req.header('api-version') !== '1') {
      throw new Problem(
        guesses.missingVersionStatus,
        'The header API-Version: 1 is required',
        'validation: API-Version',
      );
    }
    return account;
  }

  async function answer(c: ApiContext, route: () => ReturnType<Route>): Promise<Response> {
    try {
      const { code = 200, body } = await route();
      return Response.json({ status: 'OK', ...body }, { status: code });
    } catch (error) {
      if (error instanceof Problem) {
        return Response.json(errorBody(error.message, error.err), { status: error.status });
      }
      log?.error({ err: error, path: c.req.path }, 'the sandbox itself failed');
      return Response.json(errorBody('The sandbox itself failed', String(error)), { status: 500 });
    }
  }

  /** The handler of one operation. */
  return (operation: Operation, route: Route) => async (c: ApiContext) => {
    const key = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const limit = operation === 'uploadImage' ? guesses.uploadBytes : largestJson;
    const { body, form, refusal } = await readBody(c.env.incoming, limit, guesses.uploadRefusedStatus);
    const { method } = c.req;
    const path = c.req.path.replace(/^\/api/, '');
    const request = ledger.open({
      time: clock.now(),
      operation,
      method,
      path,
      key,
      ...(method === 'POST' && { body }),
    });
    const id = c.req.param('id') ?? '';
    const text = operation === 'trainModel' ? (state.models.get(id)?.name ?? '') : promptOf(body);
    const fault = faults.pick({ operation, path, key, text });
    request.faulty = fault !== undefined;
    const usual = () =>
      answer(c, () => {
        const account = authorise(c, key);
        if (refusal) throw refusal;
        const query = c.req.query();
        return route({ now: clock.now(), account, id, query, body, form, request, fault: fault?.job });
      });
    const given = await disturb(c, fault, usual);
    ledger.close(request, given);
    log?.debug({ operation, path, status: request.status, faulty: request.faulty }, 'request');
    const response = given === 'cut' ? new Response(null) : given;
    // Clients learn from it how far their clock is off ours, and ours may be a simulated one.
    response.headers.set('date', new Date(clock.now()).toUTCString());
    return response;
  };
}

function promptOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'prompt' in body && typeof body.prompt === 'string'
    ? body.prompt
    : '';
}
