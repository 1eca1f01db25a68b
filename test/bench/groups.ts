/** The groups of the bench. Runs them part by part. A part that breaks does not affect the others. */
import { ack } from './ack.ts';
import { unlessBrokenOff } from './broken-off.ts';
import { startChild } from './children.ts';
import { disturbed } from './disturbed.ts';
import type { Group, Setting } from './figure.ts';
import { inflight } from './inflight.ts';
import { media } from './media.ts';
import { costPerJob } from './per-job.ts';
import { polling } from './polling.ts';
import { realTime } from './real-time.ts';
import { scale } from './scale.ts';
import { sql } from './sql.ts';
import { start } from './start.ts';
import type { Virtual } from './virtual.ts';

type Part = (setting: Setting) => Promise<Group>;

/**
 * Returns a part that runs in a process of its own with `--quick`, where others run at the same time. Virtual time may
 * be slow.
 */
function aside(part: Virtual['part'], run: Part): Part {
  return async ({ say, ...setting }) => {
    if (!setting.quick) return run({ ...setting, say });
    const child = await startChild('virtual.ts', {});
    try {
      return await child.ask<Group>('run', { part, setting } satisfies Virtual);
    } finally {
      await child.stop();
    }
  };
}

/** The groups that `--only` can name, with their parts. */
export const groups: Record<string, Record<string, Part>> = {
  polling: { polling: aside('polling', polling), disturbed: aside('disturbed', disturbed), realTime },
  ack: { ack },
  inflight: { inflight, costPerJob },
  sql: { sql },
  media: { media },
  start: { start },
  scale: { scale },
};

/** Groups that mostly wait, and whose figures are counts. With `--quick`, they run at the same time. */
const waiting = ['polling', 'media', 'scale'];

/** The result of a group. `broken` has the errors by part. */
export type Ran = Group & { broken: Record<string, string> };

async function runGroup(name: string, setting: Setting): Promise<Ran> {
  const whole: Required<Ran> = { figures: [], runs: {}, plots: [], broken: {} };
  for (const [part, run] of Object.entries(groups[name] ?? {})) {
    try {
      const { figures, runs, plots = [] } = await run(setting);
      whole.figures.push(...figures);
      whole.plots.push(...plots);
      whole.runs = { ...whole.runs, [part]: runs };
    } catch (error) {
      await unlessBrokenOff();
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      whole.broken[part] = why;
      setting.say(why);
    }
  }
  return whole;
}

/** Runs the groups, and returns their results in the order of their names. */
export async function runGroups(names: string[], setting: Setting): Promise<Map<string, Ran>> {
  const { quick, say } = setting;
  const found = new Map<string, Ran>();
  const run = async (name: string) => {
    say(name);
    found.set(name, await runGroup(name, { ...setting, say: (line) => say(`  ${name}: ${line}`) }));
  };
  const together = names.filter((name) => quick && waiting.includes(name));
  await Promise.all(together.map(run));
  for (const name of names) if (!together.includes(name)) await run(name);
  return new Map(names.flatMap((name) => [...found].filter(([other]) => other === name)));
}
