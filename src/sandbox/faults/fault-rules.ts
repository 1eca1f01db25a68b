/** Decides which fault a request meets: rules that were set from outside first, then words in the prompt. */
import { z } from 'zod';
import type { Clock } from '../../concurrency/clock.ts';
import { operations } from '../http/operations.ts';
import type { ListFault } from '../jobs/job-list.ts';
import { type Fault, faultShape, faultWords, type JobFault } from './faults.ts';

const operationNames = [...operations.map(({ name }) => name), 'media'];

/** A rule holds for `times` requests, for `seconds`, or until it is cleared. `path` matches the start of the path below /api, or of one under /media. */
export const ruleShape = z.strictObject({
  match: z
    .strictObject({
      operation: z.enum(operationNames).optional(),
      path: z.string().optional(),
      key: z.string().optional(),
    })
    .default({}),
  fault: z.union([faultShape, z.enum(faultWords.map(({ word }) => word)).transform((word) => faultOf(word))]),
  times: z.number().int().positive().optional(),
  seconds: z.number().positive().optional(),
});

/** How `GET /jobs` lags and shifts; see `ListFault`. */
export const listFaultShape = z.strictObject({
  lagSeconds: z.number().min(0).default(0),
  pageShift: z.number().int().min(-1000).max(1000).default(0),
});

type Rule = z.infer<typeof ruleShape> & { until: number };

export type Faults = ReturnType<typeof createFaultRules>;

const rulesAtMost = 1_000;
const countsAtMost = 10_000;

export function createFaultRules({ clock }: { clock: Clock }) {
  let rules: Rule[] = [];
  let list: ListFault = { lagSeconds: 0, pageShift: 0 };
  /** How often a request met its word in a row, oldest first. */
  const met = new Map<string, number>();

  function byRule(request: { operation: string; path: string; key: string }): Fault | undefined {
    const now = clock.now();
    rules = rules.filter(({ until, times }) => until > now && times !== 0);
    const rule = rules.find(
      ({ match }) =>
        (match.operation ?? request.operation) === request.operation &&
        (match.key ?? request.key) === request.key &&
        request.path.startsWith(match.path ?? ''),
    );
    if (rule?.times !== undefined) rule.times -= 1;
    return rule?.fault;
  }

  // A request that got through is forgotten, so that the same words bring the fault again the next day.
  function byWord(request: { operation: string; key: string; text: string }): Fault | undefined {
    const said = new Set(request.text.split(/\s+/));
    const found = faultWords.filter(({ word }) => said.has(word));
    const stages = found.filter(({ fault }) => fault.answer !== undefined);
    const jobs = found.filter(({ fault }) => fault.answer === undefined);
    const [stage] = stages;
    if (stage && holds(stage, request)) return faultOf(stage.word);
    const held = jobs.filter((one) => holds(one, request));
    const job: JobFault = {};
    for (const { fault } of held) Object.assign(job, fault.job);
    return held.length ? { effect: true, job } : undefined;
  }

  function holds(
    { word, times }: { word: string; times?: number },
    request: { operation: string; key: string; text: string },
  ) {
    if (times === undefined) return true;
    const id = JSON.stringify([word, request.operation, request.key, request.text]);
    const before = met.get(id) ?? 0;
    met.delete(id);
    if (before >= times) return false;
    met.set(id, before + 1);
    const [oldest] = met.keys();
    if (met.size > countsAtMost && oldest !== undefined) met.delete(oldest);
    return true;
  }

  return {
    /** Adds a rule; throws a `ZodError` when it is none. Earlier rules win. */
    add(rule: z.input<typeof ruleShape>) {
      const parsed = ruleShape.parse(rule);
      if (rules.length >= rulesAtMost) throw new Error(`There are ${rulesAtMost} rules already`);
      rules.push({ ...parsed, until: parsed.seconds === undefined ? Infinity : clock.now() + parsed.seconds * 1000 });
    },
    /** Takes back every rule and everything said about the list. */
    clear() {
      rules = [];
      list = { lagSeconds: 0, pageShift: 0 };
    },
    /** Makes the job list lag or shift; throws a `ZodError`. */
    setList(fault: z.input<typeof listFaultShape>) {
      list = listFaultShape.parse(fault);
    },
    list: () => list,
    rules: (): readonly Rule[] => rules,
    /** The fault that this request meets. `text` is its prompt, if it has one. */
    pick: (request: { operation: string; path: string; key: string; text: string }) =>
      byRule(request) ?? byWord(request),
  };
}

function faultOf(word: string): Fault {
  return faultShape.parse(faultWords.find((entry) => entry.word === word)?.fault ?? {});
}
