/** An arena for the tests of one file: on the engine of this run, and in memory where that can be chosen. */
import { afterAll, beforeAll, inject } from 'vitest';
import type { Arena } from './arena.ts';
import { openEmbeddedArena, openServerArena } from './open-arena.ts';

/** Whether the same seed does the same here: on a server, statements of one moment race. */
export const isRepeatable = () => inject('template').engine === 'embedded';

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
