/** `npm run bench`: measures the bot's promises on this machine, beside other ways to do the same. */
import { parseArgs } from 'node:util';
import { heedSignals } from './broken-off.ts';
import { findServer } from './databases.ts';
import { writeDocument } from './document.ts';
import { isMet } from './figure.ts';
import { groups, runGroups } from './groups.ts';
import { dropLeftovers } from './leftovers.ts';
import { describeMachine, inWords } from './machine.ts';
import { forTerminal } from './table.ts';

const usage = `Usage: npm run bench -- [--json] [--quick] [--only polling,ack,inflight,sql,media,start,scale]
                       [--rivals DIR] [--doc] [--seed 1]
  --json    one JSON object on standard output, everything else beside it
  --quick   fewer and shorter runs, some at the same time: under 90 seconds on two quiet cores
  --rivals  a folder in which graphile-worker and pg-boss are installed, to compare with
  --doc     renews docs/performance.md and its plots
The Postgres server is TEST_DATABASE_URL, or the one at 127.0.0.1:5432; without one, its figures are left out.
Ctrl-C ends it and removes what it has made.
`;

/** Returns the flags as values. Throws an Error with a sentence for a flag that does not fit. */
function readFlags() {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { json: flag, quick: flag, doc: flag, help: flag, only: text, rivals: text, seed: text } as const;
  const { only, seed = '1', ...given } = parseArgs({ options }).values;
  const names = only?.split(',').map((name) => name.trim()) ?? Object.keys(groups);
  const unknown = names.filter((name) => !(name in groups));
  if (unknown.length > 0) throw new Error(`There is no group ${unknown.join(', ')}.`);
  if (!/^\d+$/.test(seed)) throw new Error(`--seed is a whole number, not ${seed}.`);
  return { ...given, names, seed: Number(seed) };
}

/** Prints a line beside the output. */
const say = (line: string) => process.stderr.write(`${line}\n`);

/** Runs the bench and prints its figures. Returns the exit code. */
async function bench(): Promise<number> {
  const { names, json, quick, doc, help, rivals, seed } = readFlags();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  heedSignals();
  const server = await findServer();
  if (server) await dropLeftovers(server);
  const machine = await describeMachine(server);
  say(`${inWords(machine)}\n`);
  const began = performance.now();
  const done = await runGroups(names, { quick, seed, server, rivals, say });
  const seconds = Math.round((performance.now() - began) / 1000);
  const table = forTerminal([...done.values()].flatMap((group) => group.figures));
  const broken = Object.assign({}, ...[...done.values()].map((group) => group.broken));
  // A group that broke in part is shown. The page keeps its earlier figures.
  const whole = [...done].filter(([, group]) => Object.keys(group.broken).length === 0);
  if (doc) await writeDocument(new Map(whole), machine, quick);
  if (json) {
    const told = [...done].map(([name, { figures, runs }]) => {
      const judged = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
      return [name, { figures: judged, runs }];
    });
    say(`\n${table}\n`);
    const all = { machine, quick, seed, seconds, groups: Object.fromEntries(told), broken };
    process.stdout.write(`${JSON.stringify(all)}\n`);
  } else process.stdout.write(`\n${table}\n\n${inWords(machine)}; ${seconds} s\n`);
  for (const [name, why] of Object.entries(broken)) say(`${name} broke: ${why}`);
  return Object.keys(broken).length > 0 ? 1 : 0;
}

/** Time for the process to end by itself, after which a connection that is still open no longer holds it. */
const endTimeoutMs = 10_000;

process.exitCode = await bench().catch((error: unknown) => {
  say(`${error instanceof Error ? error.message : error}\n${usage}`);
  return 2;
});
// No process.exit at once: it would cut off output that a pipe has not yet taken.
setTimeout(() => process.exit(), endTimeoutMs).unref();
