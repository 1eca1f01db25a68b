/** What a process was about when it called PhotoGPT: which step, since when, and whether it stood still meanwhile. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PhotoGPT } from '../../src/photogpt/client.ts';

/** `began` is when the step began, before it looked at anything. `held` is set when a statement of it took very long. */
type Errand = { step: string; began: number; held: boolean };

/**
 * A call as its sender knows it, in the world's time. `run` names the run of the `step` that made it, which `began`; `held`
 * is whether the process stood still, or waited for its database, in between. A read that is repeated was `first` sent then.
 */
export type Sender = { run: string; step: string; sent: number; began: number; held: boolean; first: number };

const errands = new AsyncLocalStorage<Errand>();
const operations = new AsyncLocalStorage<{ first?: number }>();

/** Statements take 8 ms at most; one that takes longer than this is told apart by it. Milliseconds. */
const slow = 500;

/** The same work, known by the name of its step to all that it waits for. `now` is the world's time. */
export const known =
  <Given extends unknown[], Result>(step: string, now: () => number, work: (...given: Given) => Result) =>
  (...given: Given): Result =>
    errands.run({ step, began: now(), held: false }, () => work(...given));

/** Runs a statement, and remembers for whatever it was sent for that its answer took long. */
export async function watched<T>(now: () => number, statement: () => Promise<T>): Promise<T> {
  const errand = errands.getStore();
  const asked = now();
  try {
    return await statement();
  } finally {
    if (errand && now() - asked > slow) errand.held = true;
  }
}

/** The same API, whose repeated reads can be told from first ones. */
export function knownTries(api: PhotoGPT): PhotoGPT {
  const methods = Object.entries(api).map(([name, method]) => [
    name,
    (...given: unknown[]) => operations.run({}, () => (method as (...given: unknown[]) => unknown)(...given)),
  ]);
  // Each method is what it was, but for being known.
  return Object.fromEntries(methods) as PhotoGPT;
}

/** Names what this process does just now: one run of one step. */
export function doing({ name }: { name: string }): string {
  const { step, began } = errands.getStore() ?? { step: 'a person', began: 0 };
  return `${name} ${step} since ${began}`;
}

/** Describes the call that is being made. `stops` are the times in which the process stood still. */
export function sender(life: { name: string; stops: readonly { from: number; until: number }[] }, now: number): Sender {
  const { step, began, held } = errands.getStore() ?? { step: 'a person', began: now, held: false };
  const operation = operations.getStore();
  if (operation) operation.first ??= now;
  const stood = life.stops.some(({ from, until }) => until > began && from < now);
  return { run: doing(life), step, sent: now, began, held: held || stood, first: operation?.first ?? now };
}
