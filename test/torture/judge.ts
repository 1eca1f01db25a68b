/** Judges the invariants: compares the ledgers of the fake chat and the fake API with the promises of the bot. */
import { sql } from 'drizzle-orm';
import type { Arena } from './arena.ts';
import type { FakeApi } from './fake-api.ts';
import type { FakeChat, Shown } from './fake-chat.ts';
import { judgePauses, judgeRate, type Pause } from './judge-calls.ts';
import type { Plan } from './plan.ts';
import type { Asked } from './run-plan.ts';

/** The counts of one run, and everything that went wrong in it. */
export type Findings = {
  commands: number;
  lost: number;
  twice: number;
  wrongPerson: number;
  paidTwice: number;
  cannotTell: number;
  /** Every broken invariant in words. */
  violations: string[];
  kills: number;
  ios: number;
  /** The numbers of the requests at which dying may matter. */
  points: number[];
  /** How long it took in the world, until everything was said. */
  seconds: number;
};

type Case = {
  plan: Plan;
  asked: Asked[];
  api: FakeApi;
  chat: FakeChat;
  arena: Arena;
  pauses: readonly Pause[];
  inTime: boolean;
  start: number;
  closedAt: number;
  end: number;
};

/** The arrows of the diagram. A change of the fence alone is none. */
const arrows: Record<string, string[]> = {
  queued: ['submitting', 'running', 'failed', 'cancelled', 'closed'],
  submitting: ['queued', 'unknown', 'running', 'failed', 'closed'],
  unknown: ['queued', 'running', 'failed', 'closed'],
  running: ['preparing', 'ready', 'failed', 'closed'],
  preparing: ['ready', 'failed', 'closed'],
  ready: ['closed'],
  failed: ['closed'],
  cancelled: ['closed'],
  closed: [],
};

/** After the end, a quiet world asks PhotoGPT at most this often, in calls a minute and process. */
const quietCalls = 30;

const lastLook = ({ looks }: Shown) => looks.at(-1)?.message;
const isAnswer = (text = '') => text === 'result' || text.startsWith('failure');
const answeredAt = ({ looks }: Shown) => looks.find(({ message }) => isAnswer(message.text))?.at ?? 0;
/**
 * Whether a moderator deleted this answer before another one was there. A person then never saw two at a time, and the bot
 * may not know that this one was ever there.
 */
const isGone = (shown: Shown, answers: readonly Shown[]) => {
  const { deletedAt } = shown;
  return deletedAt !== undefined && answers.every((each) => each === shown || answeredAt(each) > deletedAt);
};

type Kind = 'lost' | 'twice' | 'wrongPerson' | 'paidTwice';

/** The counts of a judgement, and every broken invariant in words. */
type Judgement = Omit<Findings, 'kills' | 'ios' | 'points' | 'seconds'>;

/** A row of the job of a command. */
type Row = Record<string, unknown>;

/** Returns the findings of one run. */
export async function judge(given: Case): Promise<Judgement> {
  const { asked, api, arena, plan } = given;
  const violations: string[] = [];
  const found = { lost: 0, twice: 0, wrongPerson: 0, paidTwice: 0, cannotTell: 0 };
  const note = (kind: Kind, line: string) => {
    found[kind] += 1;
    violations.push(`${kind}: ${line}`);
  };
  if (!given.inTime) violations.push('1: not everything came to its end in time');

  const rows = await arena.db.run(sql`select id, event, state, outcome, remote_id from jobs`);
  const ofEvent = new Map(rows.map((row) => [String(row.event), row]));
  const kept = await arena.db.run(sql`select job from deliveries where state = 'kept'`);
  const keptJobs = new Set(kept.map(({ job }) => Number(job)));

  for (const command of asked) {
    const row = ofEvent.get(command.event);
    const answers = answersOf(command, given);
    judgePayment(command, row, given, { note, violations });
    const isKept = row !== undefined && keptJobs.has(Number(row.id));
    if (answers.length === 0 && row && !isKept) note('lost', `${nameOf(command)} got no answer`);
    judgeAnswers(command, answers, given, { note, violations });
    for (const shown of answers) {
      if (lastLook(shown)?.text === 'failure ambiguous') found.cannotTell += 1;
      judgeAudience(command, shown, given, note);
    }
  }

  const remotes = rows.flatMap((row) => (row.remote_id ? [String(row.remote_id)] : []));
  if (new Set(remotes).size < remotes.length) violations.push('5: two rows have one job');
  await judgeMoves(arena, violations);
  judgeCalls(given, violations);
  violations.push(...judgePauses(api.calls, given.pauses, given.start), ...judgeRate(api.calls, plan, given.start));
  // Every job that was paid for has a row or is an orphan.
  const orphans = await arena.db.run(sql`select remote_id from orphans`);
  const booked = new Set([...remotes, ...orphans.map((row) => String(row.remote_id))]);
  const loose = api.jobs.filter(({ id, foreign }) => !foreign && !booked.has(id));
  if (loose.length > 0 && plan.exclusive) violations.push(`4: nobody's: ${loose.map(({ id }) => id).join(' ')}`);
  return { commands: asked.filter(({ acknowledged }) => acknowledged !== undefined).length, ...found, violations };
}

type Note = (kind: Kind, line: string) => void;
type Notes = { note: Note; violations: string[] };

const nameOf = ({ index }: Asked) => `command ${index}`;

const messagesOf = ({ prompt }: Asked, { chat }: Case): Shown[] =>
  chat.messages.filter(({ looks }) => looks.some(({ message }) => message.quote === prompt));

const answersOf = (command: Asked, given: Case): Shown[] =>
  messagesOf(command, given).filter(({ looks }) => looks.some(({ message }) => isAnswer(message.text)));

/** Judges that the call was paid for once at most, and only if it was taken. */
function judgePayment(command: Asked, row: Row | undefined, { api }: Case, { note, violations }: Notes): void {
  const jobs = api.jobs.filter(({ prompt }) => prompt === command.prompt);
  if (command.acknowledged !== undefined && !row) note('lost', `${nameOf(command)} has no row`);
  if (jobs.length > 1) note('paidTwice', `${nameOf(command)}: ${jobs.map(({ id }) => id).join(' ')}`);
  if (!row && jobs.length > 0) violations.push(`10: ${nameOf(command)} was never taken, and paid for`);
}

/** Judges that the call has one answer at most, and that it stays. */
function judgeAnswers(command: Asked, answers: readonly Shown[], given: Case, { note, violations }: Notes): void {
  const name = nameOf(command);
  // The messages of a deleted channel cannot be seen, and the bot cannot know whether they were ever there.
  const visible = answers.filter((shown) => !given.chat.gone.has(shown.place) && !isGone(shown, answers));
  if (visible.length > 1) note('twice', `${name}: ${answers.map(({ id, place }) => `${id} in ${place}`).join(', ')}`);
  for (const { looks } of answers) {
    const said = new Set(looks.map(({ message }) => message.text).filter(isAnswer));
    if (said.size > 1) note('twice', `${name} was told ${[...said].join(' and ')}`);
    // An answer must stay: no later look may replace it.
    if (!isAnswer(looks.at(-1)?.message.text)) violations.push(`2: ${name}: written over its answer`);
  }
  const results = answers.filter(({ looks }) => looks.some(({ message }) => message.text === 'result'));
  if (command.ended && results.length > 0) violations.push(`2: ${name} was ${command.ended.how}, and got a result`);
  const pings = messagesOf(command, given).filter((each) => lastLook(each)?.text === 'ping');
  if (pings.length > 1) note('twice', `${name} was pinged twice`);
}

/** Judges that only the right people saw an answer, and that it shows their own pictures. */
function judgeAudience(command: Asked, shown: Shown, { api }: Case, note: Note): void {
  const name = nameOf(command);
  const places = [command.channel, `@${command.person}`];
  if (!places.includes(shown.place)) note('wrongPerson', `${name} was answered in ${shown.place}`);
  const isForOne = shown.onlyFor === command.person || shown.place === `@${command.person}`;
  if (command.private && !isForOne) note('wrongPerson', `${name} was private, and shown to all`);
  for (const { id } of shown.looks.flatMap(({ message }) => message.media ?? [])) {
    const source = api.jobs.find((job) => id === `${job.id}-1`);
    if (source?.prompt !== command.prompt) note('wrongPerson', `${name} got ${source?.prompt}'s picture`);
  }
}

async function judgeMoves(arena: Arena, violations: string[]): Promise<void> {
  for (const { job, before, after, fenceBefore, fenceAfter } of await arena.moves()) {
    if (before !== after && !arrows[before]?.includes(after)) violations.push(`7: job ${job}: ${before} to ${after}`);
    if (fenceAfter < fenceBefore) violations.push(`7: job ${job}: the fence fell`);
  }
}

function judgeCalls({ api, plan, closedAt, end }: Case, violations: string[]): void {
  const minutes = Math.max(1, (end - closedAt) / 60_000);
  const late = api.calls.filter(({ at }) => at > closedAt).length;
  if (late > quietCalls * plan.replicas * minutes) violations.push(`11: ${late} calls after the end`);
}
