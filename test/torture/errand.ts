/**
 * Tells what a process was doing when it called PhotoGPT: which step, since when, and whether it stood still meanwhile.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PhotoGPT } from '../../src/photogpt/client.ts';

/** A run of a step. It `began` before it looked at anything. `held` is set when a statement of it took very long. */
type Errand = { step: string; began: number; held: boolean };

/**
 * A call as its sender knows it, in the world's time. `run` names the run of the `step` that made it, which `began`
 * then. `held` tells whether the process stood still, or waited for its database, in between. `first` is the time of
 * the first try of a repeated read.
 */
export type Sender = { run: string; step: string; sent: number; began: number; held: boolean; first: number };

const errands = new AsyncLocalStorage<Errand>();
const operations = new AsyncLocalStorage<{ first?: number }>();

/** Statements take 8 ms at most. One that takes longer than this was held. */
const slowStatementMs = 500;

/** Returns `work` as a run of a step. The calls and statements that it waits for know the step. */
export const asStep =
  <Given extends unknown[], Result>(step: string, now: () => number, work: (...given: Given) => Result) =>
  (...given: Given): Result =>
    errands.run({ step, began: now(), held: false }, () => work(...given));

/** Runs a statement. Marks the run of its step as held when the answer took long. */
export async function watched<T>(now: () => number, statement: () => Promise<T>): Promise<T> {
  const errand = errands.getStore();
  const asked = now();
  try {
    return await statement();
  } finally {
    if (errand && now() - asked > slowStatementMs) errand.held = true;
  }
}

/** Returns the API, whose repeated reads can be told from first ones. */
export function withKnownTries(api: PhotoGPT): PhotoGPT {
  const methods = Object.entries(api).map(([name, method]) => [
    name,
    (...given: unknown[]) => operations.run({}, () => (method as (...given: unknown[]) => unknown)(...given)),
  ]);
  // Each method has its own type still.
  return Object.fromEntries(methods) as PhotoGPT;
}

/** Returns the name of the run under way. */
export function nameOfRun({ name }: { name: string }): string {
  const { step, began } = errands.getStore() ?? { step: 'a person', began: 0 };
  return `${name} ${step} since ${began}`;
}

/** Describes the call that is being made. `stops` are the times in which the process stood still. */
export function sender(life: { name: string; stops: readonly { from: number; until: number }[] }, now: number): Sender {
  const { step, began, held } = errands.getStore() ?? { step: 'a person', began: now, held: false };
  const operation = operations.getStore();
  if (operation) operation.first ??= now;
  const stood = life.stops.some(({ from, until }) => until > began && from < now);
  return { run: nameOfRun(life), step, sent: now, began, held: held || stood, first: operation?.first ?? now };
}
