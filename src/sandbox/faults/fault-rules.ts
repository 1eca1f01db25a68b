/**
 * Picks the fault that a request meets: first by the rules that were set from outside, then by the words in its prompt.
 */
import { z } from 'zod';
import { createBoundedMap } from '../../concurrency/bounded-map.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { operations } from '../http/operations.ts';
import type { ListFault } from '../jobs/job-list.ts';
import { type Fault, faultShape, type JobFault } from './fault-shapes.ts';
import { faultWords } from './fault-words.ts';

const operationNames = [...operations.map(({ name }) => name), 'media'];

/**
 * The schema of a rule. A rule holds for `times` requests, for `seconds`, or until it is cleared. `path` matches the
 * start of the path below /api, or of one under /media.
 */
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

/** The schema of `ListFault`. */
export const listFaultShape = z.strictObject({
  lagSeconds: z.number().min(0).default(0),
  pageShift: z.number().int().min(-1000).max(1000).default(0),
});

type Rule = z.infer<typeof ruleShape> & { until: number };

/** A request as far as rules and words judge it. `text` is its prompt, if it has one. */
type FaultyRequest = { operation: string; path: string; key: string; text: string };

/** The faults that are set. */
export type Faults = ReturnType<typeof createFaultRules>;

const maxRules = 1_000;
/** Requests whose words are counted. Far more than a test or a person sends before they get through. */
const maxCountedRequests = 10_000;

/** Returns an empty set of rules. */
export function createFaultRules({ clock }: { clock: Clock }) {
  let rules: Rule[] = [];
  let list: ListFault = { lagSeconds: 0, pageShift: 0 };
  /** How many times in a row a request met its word. */
  const meetings = createBoundedMap<string, number>({ maxEntries: maxCountedRequests });

  function byRule(request: FaultyRequest): Fault | undefined {
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

  function byWord(request: FaultyRequest): Fault | undefined {
    const said = new Set(request.text.split(/\s+/));
    const found = faultWords.filter(({ word }) => said.has(word));
    const [first] = found.filter(({ fault }) => fault.answer !== undefined);
    if (first && meets(first, request)) return faultOf(first.word);
    const met = found.filter(({ fault }) => fault.answer === undefined).filter((one) => meets(one, request));
    const job: JobFault = {};
    for (const { fault } of met) Object.assign(job, fault.job);
    return met.length ? { effect: true, job } : undefined;
  }

  /**
   * Whether a request meets the fault of its word this time. A request that gets through is forgotten, so that it
   * brings the fault again the next day.
   */
  function meets({ word, times }: { word: string; times?: number }, { operation, key, text }: FaultyRequest): boolean {
    if (times === undefined) return true;
    const id = JSON.stringify([word, operation, key, text]);
    const before = meetings.get(id) ?? 0;
    if (before >= times) {
      meetings.delete(id);
      return false;
    }
    meetings.set(id, before + 1);
    return true;
  }

  return {
    /** Adds a rule. Throws a `ZodError` when it is none. Earlier rules win. */
    add(rule: z.input<typeof ruleShape>) {
      const parsed = ruleShape.parse(rule);
      if (rules.length >= maxRules) throw new Error(`There are ${maxRules} rules already`);
      rules.push({ ...parsed, until: parsed.seconds === undefined ? Infinity : clock.now() + parsed.seconds * 1000 });
    },
    /** Removes every rule and the faults of the list. */
    clear() {
      rules = [];
      list = { lagSeconds: 0, pageShift: 0 };
    },
    /** Makes the job list lag or shift. Throws a `ZodError` when the fault is none. */
    setList(fault: z.input<typeof listFaultShape>) {
      list = listFaultShape.parse(fault);
    },
    list: () => list,
    rules: (): readonly Rule[] => rules,
    /** Returns the fault that a request meets, and counts it. Undefined without one. */
    pick: (request: FaultyRequest) => byRule(request) ?? byWord(request),
  };
}

function faultOf(word: string): Fault {
  return faultShape.parse(faultWords.find((entry) => entry.word === word)?.fault ?? {});
}
