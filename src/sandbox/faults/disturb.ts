/** Carries out a fault of an answer: waits, replaces the answer, or cuts the connection. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Clock } from '../../concurrency/clock.ts';
import { maxHangMs } from '../timings.ts';
import type { Fault } from './fault-shapes.ts';

type HttpContext = Context<{ Bindings: HttpBindings }>;

/** Answers a request under a fault. */
export type Disturb = ReturnType<typeof createDisturb>;

/** Returns the function that answers under a fault. `signal` aborts when the sandbox stops, and ends its waits. */
export function createDisturb({ clock, signal }: { clock: Clock; signal: AbortSignal }) {
  const wait = (c: HttpContext, milliseconds: number) => {
    const clientLeft = new AbortController();
    c.env.outgoing.once('close', () => clientLeft.abort());
    return clock.sleep(milliseconds, AbortSignal.any([signal, clientLeft.signal]));
  };
  /**
   * Returns the answer under `fault`, or `cut` when the connection is gone. `usual` carries out the request, if the
   * fault lets it.
   */
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
    if (fault.answer === 'hang') await wait(c, maxHangMs);
    c.env.incoming.socket.destroy();
    return 'cut';
  };
}
