/** An arena for the tests of one file, on the engine of this run. An embedded one is in memory. */
import { afterAll, beforeAll, inject } from 'vitest';
import type { Arena } from './arena.ts';
import { openEmbeddedArena, openServerArena } from './open-arena.ts';

/** Whether a seed repeats exactly on this engine. On a server, statements of one moment race. */
export const isRepeatable = () => inject('template').engine === 'embedded';

/** Opens the arena before all tests of the file that calls this. Returns a function that returns it. */
export function useArena(): () => Arena {
  let arena: Arena;
  beforeAll(async () => {
    const template = inject('template');
    arena =
      template.engine === 'embedded' ? await openEmbeddedArena(template.file) : await openServerArena(template.server);
  });
  afterAll(() => arena.close());
  return () => arena;
}
