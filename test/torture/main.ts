/** The command `npm run torture`: kills the bot at one of three levels, and prints the verdict. */
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { catchMutants, runOnEngines, runSimulation } from './crew.ts';
import { mutants } from './mutants.ts';
import { runProcesses } from './processes/run.ts';
import { runScenario, scenarioNames } from './processes/run-scenario.ts';
import { replay } from './replay.ts';
import { isClean, tableOf, type Verdict } from './verdict.ts';

const { values: given } = parseArgs({
  options: {
    level: { type: 'string', default: '1' },
    /** How many seeds, and the first of them. */
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    /** Level 3: the least number of kills. */
    kills: { type: 'string' },
    /** Level 3: a scenario of shutdown or upgrade, in place of seeds. */
    scenario: { type: 'string' },
    /** One line of JSON in place of the table. */
    json: { type: 'boolean', default: false },
    /** Shows everything that happens with this one seed, at level 1. */
    seed: { type: 'string' },
    /** Looks for the first seed that catches each mutant. */
    mutants: { type: 'boolean', default: false },
  },
});

/** Returns a server on which databases may be made, if one answers. */
async function serverAnswering(): Promise<string | undefined> {
  const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const sql = postgres(server, { max: 1, connect_timeout: 3, onnotice: () => {} });
  try {
    await sql`select 1`;
    return server;
  } catch {
    return undefined;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const order = {
  seeds: Number(given.seeds),
  from: Number(given.from),
  kills: given.kills === undefined ? undefined : Number(given.kills),
  log: (line: string) => void process.stderr.write(`${line}\n`),
};

async function verdictOf(level: string): Promise<Verdict> {
  switch (level) {
    case '1':
      return runSimulation(order);
    case '2':
      return runOnEngines(order, await serverAnswering());
    case '3':
      return runProcesses(order);
    default:
      throw new Error(`There is no level ${level}: choose 1, 2 or 3.`);
  }
}

if (given.seed !== undefined) {
  const violations = await replay(Number(given.seed), (line) => void process.stdout.write(`${line}\n`));
  process.exitCode = violations.length > 0 ? 1 : 0;
} else if (given.scenario !== undefined) {
  const name = scenarioNames.find((one) => one === given.scenario);
  if (!name) throw new Error(`There is no scenario ${given.scenario}: choose ${scenarioNames.join(', ')}.`);
  const { figures, problems } = await runScenario(name);
  process.stdout.write(`${JSON.stringify({ scenario: name, problems, ...figures })}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else if (given.mutants) {
  const caught = await catchMutants(mutants, { ...order, seeds: given.seeds === '20' ? 300 : order.seeds });
  for (const mutant of mutants) {
    const seed = caught.get(mutant);
    process.stdout.write(`${mutant.padEnd(22)} ${seed === undefined ? 'NOT CAUGHT' : `caught by seed ${seed}`}\n`);
    if (seed === undefined) process.exitCode = 1;
  }
} else {
  const verdict = await verdictOf(given.level);
  process.stdout.write(`${given.json ? JSON.stringify(verdict) : tableOf(verdict)}\n`);
  process.exitCode = isClean(verdict) ? 0 : 1;
}
