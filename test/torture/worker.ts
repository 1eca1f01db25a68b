/** One of the processes that divide the seeds: opens an arena, runs its seeds, and sends the verdict to its parent. */
import { z } from 'zod';
import { mutants } from './mutants.ts';
import { openEmbeddedArena, openServerArena } from './open-arena.ts';
import { runSeeds } from './seeds.ts';

/**
 * The order of the parent, as JSON in the first argument. The parent gets messages: a line of the log, and at the end a
 * verdict, or the seed that caught the mutant.
 */
const job = z.object({
  level: z.union([z.literal(1), z.literal(2)]),
  seeds: z.array(z.number()),
  mutant: z.enum(mutants).optional(),
  engine: z.union([z.object({ template: z.string(), onDisk: z.boolean() }), z.object({ server: z.string() })]),
});
/** See `job`. */
export type Job = z.infer<typeof job>;

const { level, seeds, mutant, engine } = job.parse(JSON.parse(process.argv[2] ?? '{}'));
const arena =
  'server' in engine ? await openServerArena(engine.server) : await openEmbeddedArena(engine.template, engine.onDisk);
const send = (message: object) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));

try {
  if (mutant) {
    let caught: number | undefined;
    for (const seed of seeds) {
      const { failingSeeds } = await runSeeds({ level, arena, seeds: [seed], mutant }, (_seed, line) => {
        if (line) void send({ line });
      });
      [caught] = failingSeeds;
      if (caught !== undefined) break;
    }
    await send({ caught });
  } else {
    const verdict = await runSeeds({ level, arena, seeds }, (_seed, line) => void send({ line, done: 1 }));
    await send({ verdict });
  }
} finally {
  await arena.close();
}
process.disconnect?.();
