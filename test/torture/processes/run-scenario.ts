/** Runs one scenario of shutdown or upgrade by itself, and says what of its promises it did not keep. */
import { openGround } from './ground.ts';
import { migration, type Outcome, rolling, scenarioKeys, sigterm, twice } from './scenarios.ts';
import { speed } from './speed.ts';

export const scenarioNames = ['rolling', 'migration', 'sigterm', 'twice'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** How long a process that was asked to stop may live on, in milliseconds, and after it was asked twice. */
const [longest, atOnce] = [15_000, 3_000];

/** One line for everything that is not as it was promised. */
export function problemsOf(name: ScenarioName, seen: Partial<Outcome> & { took?: number }): string[] {
  const { lost = 0, twice: doubled = 0, wrongPerson = 0, paidTwice = 0, codes = [], stopping = 0, took = 0 } = seen;
  const figures = { lost, doubled, wrongPerson, paidTwice };
  return [
    ...Object.entries(figures).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : [])),
    ...(seen.accepted === 0 ? ['nothing was accepted'] : []),
    // Somebody is always there to take a call, but not where the only process stops.
    ...(name !== 'sigterm' && seen.unanswered ? [`${seen.unanswered} calls were not answered`] : []),
    ...codes.flatMap((code) => (code === 0 ? [] : [`a process ended with ${code}`])),
    ...(stopping > longest ? [`a process took ${stopping} ms to stop`] : []),
    ...(took > atOnce ? [`it lived on for ${took} ms`] : []),
  ];
}

/** Gives the figures and the problems. Rejects where there is no server for a scenario of several processes. */
export async function runScenario(name: ScenarioName): Promise<{ figures: object; problems: string[] }> {
  const ground = await openGround({ keys: scenarioKeys, speed });
  try {
    if (!ground.server && (name === 'rolling' || name === 'migration'))
      throw new Error('Several processes need a Postgres server, and there is none.');
    const figures = await { rolling, migration, sigterm, twice }[name](ground);
    return { figures, problems: problemsOf(name, figures) };
  } finally {
    await ground.close();
  }
}
