/** Carries out what a fault says about the answer: waiting, replacing it, cutting the connection. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Clock } from '../../concurrency/clock.ts';
import type { Fault } from './faults.ts';

type HttpContext = Context<{ Bindings: HttpBindings }>;

/** A client that never gives up is cut off after this long, in milliseconds. */
const longestHang = 600_000;

export type Disturb = ReturnType<typeof createDisturb>;

/** `signal` aborts when the sandbox stops. */
export function createDisturb({ clock, signal }: { clock: Clock; signal: AbortSignal }) {
  const wait = (c: HttpContext, milliseconds: number) => {
    const gone = new AbortController();
    c.env.outgoing.once('close', () => gone.abort());
    return clock.sleep(milliseconds, AbortSignal.any([signal, gone.signal]));
  };
  /** The answer under `fault`, made by `usual` unless the fault keeps it from happening; `cut` if the connection is gone. */
  return async (
    c: HttpContext,
    fault: Fault | undefined,
    usual: () => Promise<Response>,
  ): Promise<Response | 'cut'> => {
    if (fault?.latency) await wait(c, fault.latency);
    if (!fault?.answer) return usual();
    if (fault.effect) await usual();
    // Some statuses must not have a body, not even an empty one.
    if (typeof fault.answer === 'object') return new Response(fault.answer.body || null, fault.answer);
    if (fault.answer === 'hang') await wait(c, longestHang);
    c.env.incoming.socket.destroy();
    return 'cut';
  };
}
