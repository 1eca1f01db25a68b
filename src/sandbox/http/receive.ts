/** Handles every request before and after its route: reads, counts, applies faults, authorises and answers. */
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

/** Largest JSON body. Such bodies hold prompts and addresses, and need far less. */
const maxJsonBytes = 2 * 1024 ** 2;

/** Returns the function that makes the HTTP handler of an operation from its route. */
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

  /** Returns the account of a key. Throws `Problem` for an unknown key or a missing API version. */
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

  /** Returns the answer of a route, or that of its error. */
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

  return (operation: Operation, route: Route) => async (c: ApiContext) => {
    const key = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const maxBytes = operation === 'uploadImage' ? guesses.uploadBytes : maxJsonBytes;
    const { body, form, refusal } = await readBody(c.env.incoming, maxBytes, guesses.uploadRefusedStatus);
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
    // Clients compare their clock with it, and the sandbox's may be a simulated one.
    response.headers.set('date', new Date(clock.now()).toUTCString());
    return response;
  };
}

/** Returns the prompt of a body. Empty without one. */
function promptOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'prompt' in body && typeof body.prompt === 'string'
    ? body.prompt
    : '';
}
