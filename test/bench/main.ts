/** `npm run bench`: measures what the bot promises, beside other ways to do the same, on this machine. */
import { parseArgs } from 'node:util';
import { ack } from './ack.ts';
import { findServer } from './databases.ts';
import { disturbed } from './disturbed.ts';
import { writeDocument } from './document.ts';
import { type Group, isMet, type Setting } from './figure.ts';
import { inflight } from './inflight.ts';
import { describeMachine, inWords } from './machine.ts';
import { media } from './media.ts';
import { polling } from './polling.ts';
import { realTime } from './real-time.ts';
import { scale } from './scale.ts';
import { sql } from './sql.ts';
import { start } from './start.ts';
import { forTerminal } from './table.ts';

const usage = `Usage: npm run bench -- [--json] [--quick] [--only polling,ack,inflight,sql,media,start,scale]
                       [--rivals DIR] [--doc] [--seed 1]
  --json    one JSON object on standard output, everything else beside it
  --quick   fewer and shorter runs: under 90 seconds on two quiet cores
  --rivals  a folder in which graphile-worker and pg-boss are installed, to compare with
  --doc     renews docs/performance.md and its plots
The Postgres server is TEST_DATABASE_URL, or the one at 127.0.0.1:5432; without one, its figures are left out.
`;

type Part = (setting: Setting) => Promise<Group>;

/** What `--only` can name, each in parts: one that breaks takes nothing of the others with it. */
const groups: Record<string, Record<string, Part>> = {
  polling: { polling, disturbed, realTime },
  ack: { ack },
  inflight: { inflight },
  sql: { sql },
  media: { media },
  start: { start },
  scale: { scale },
};

/** The flags as values. Throws an Error with a sentence for what does not fit. */
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

const say = (line: string) => process.stderr.write(`${line}\n`);

async function bench(): Promise<number> {
  const { names, json, quick, doc, help, rivals, seed } = readFlags();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  const server = await findServer();
  const machine = await describeMachine(server);
  say(inWords(machine));
  const began = performance.now();
  const done = new Map<string, Group>();
  const broken: Record<string, string> = {};
  for (const name of names) {
    say(`\n${name}`);
    const setting = { quick, seed, server, rivals, say: (line: string) => say(`  ${line}`) };
    const whole: Required<Group> = { figures: [], runs: {}, plots: [] };
    for (const [part, run] of Object.entries(groups[name] ?? {})) {
      try {
        const { figures, runs, plots = [] } = await run(setting);
        whole.figures.push(...figures);
        whole.plots.push(...plots);
        whole.runs = { ...whole.runs, [part]: runs };
      } catch (error) {
        broken[part] = error instanceof Error ? (error.stack ?? error.message) : String(error);
        say(broken[part]);
      }
    }
    done.set(name, whole);
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const figures = [...done.values()].flatMap((group) => group.figures);
  const table = forTerminal(figures);
  if (doc) await writeDocument(done, machine, quick);
  if (json) {
    const told = [...done].map(([name, { figures: own, runs }]) => {
      const judged = own.map((figure) => ({ ...figure, met: isMet(figure) }));
      return [name, { figures: judged, runs }];
    });
    say(`\n${table}\n`);
    const whole = { machine, quick, seed, seconds, groups: Object.fromEntries(told), broken };
    process.stdout.write(`${JSON.stringify(whole)}\n`);
  } else process.stdout.write(`\n${table}\n\n${inWords(machine)}; ${seconds} s\n`);
  for (const [name, why] of Object.entries(broken)) say(`${name} broke: ${why}`);
  return Object.keys(broken).length > 0 ? 1 : 0;
}

bench().then(
  (code) => {
    // Written to a pipe, output may still be on its way.
    process.exitCode = code;
    process.stdout.write('', () => process.exit(code));
  },
  (error: unknown) => {
    say(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  },
);
