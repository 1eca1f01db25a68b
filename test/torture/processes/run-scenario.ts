/** Runs one scenario of shutdown or upgrade, and names the promises that it did not keep. */
import { openGround } from './ground.ts';
import { migration, type Outcome, rolling, scenarioKeys, sigterm, twice } from './scenarios.ts';
import { speed } from './speed.ts';

/** The scenarios, by the names of the command line. */
export const scenarioNames = ['rolling', 'migration', 'sigterm', 'twice'] as const;
/** One of the names. */
export type ScenarioName = (typeof scenarioNames)[number];

/** Time in which a process stops after one signal, and after a second one. */
const stopTimeoutMs = 15_000;
const secondStopTimeoutMs = 3_000;

/** Returns a line for each promise that was not kept. */
export function problemsOf(name: ScenarioName, seen: Partial<Outcome> & { took?: number }): string[] {
  const { lost = 0, twice: doubled = 0, wrongPerson = 0, paidTwice = 0, codes = [], stopping = 0, took = 0 } = seen;
  const figures = { lost, doubled, wrongPerson, paidTwice };
  return [
    ...Object.entries(figures).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : [])),
    ...(seen.accepted === 0 ? ['nothing was accepted'] : []),
    // A process is always there to take a call, except where the only one stops.
    ...(name !== 'sigterm' && seen.unanswered ? [`${seen.unanswered} calls were not answered`] : []),
    ...codes.flatMap((code) => (code === 0 ? [] : [`a process ended with ${code}`])),
    ...(stopping > stopTimeoutMs ? [`a process took ${stopping} ms to stop`] : []),
    ...(took > secondStopTimeoutMs ? [`it lived on for ${took} ms`] : []),
  ];
}

/** Returns the figures and the problems. Rejects where there is no server for a scenario of several processes. */
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
