/** Runs one plan from the first call until each call has an answer, and gives the ledgers to the judge. */
import { sql } from 'drizzle-orm';
import type { Message, MessageRef, Origin } from '../../src/chat.ts';
import type { Arena } from './arena.ts';
import { createChance } from './chance.ts';
import { nameOfRun, watched } from './errand.ts';
import { createFakeApi } from './fake-api.ts';
import { createFakeChat } from './fake-chat.ts';
import { createFates } from './fates.ts';
import { gated } from './gate.ts';
import { type Findings, judge } from './judge.ts';
import type { Pause } from './judge-calls.ts';
import { createLife, type World } from './life.ts';
import type { Mutant } from './mutants.ts';
import type { Command, Fault, Plan } from './plan.ts';
import { createReplica, type Replica } from './replica.ts';
import { createTimeline } from './timeline.ts';

/** Settings of a run. */
export type Options = {
  arena: Arena;
  mutant?: Mutant;
  /** Events that are at most this many milliseconds apart run side by side. */
  together?: number;
  /** Gets every event in words. */
  log?: (line: string) => void;
  /** Gets the log of the bot. */
  complain?: (line: string) => void;
  /** Seconds after the end in which the world is watched for calls that should not be made any more. */
  epilogue?: number;
};

/** One call as the person who made it knows it. */
export type Asked = Command & {
  index: number;
  prompt: string;
  event: string;
  /** When the platform was told that the call was taken. */
  acknowledged?: number;
  /** The outcome of cancelling, and when the answer arrived. */
  ended?: { how: 'cancelled' | 'withdrawn'; at: number };
};

const start = Date.parse('2026-03-04T10:00:00Z');
/** Time in which each call must have an answer after the last fault. */
const answerTimeoutMs = 40 * 60_000;
/** Time between two looks whether everything has ended. */
const endLookMs = 5_000;
/** Factor on the intervals of loops: fewer statements for the same story. */
const loopIntervalFactor = 3;
/** The beginning of the statement that writes a pause. */
const pauseStatement = 'update "keys" set "paused_until"';
/** A platform that got no acknowledgement hands the event over once more after this time. */
const eventRepeatMs = 3_000;

/** Returns what the judge found, with the number of kills and of requests. */
export async function runPlan(plan: Plan, options: Options): Promise<Findings> {
  const { arena, mutant, log = () => {} } = options;
  await arena.empty();
  const chance = createChance(plan.seed);
  const timeline = createTimeline(start, options.together);
  const since = () => ((timeline.now() - start) / 1000).toFixed(3).padStart(8);
  const fates = createFates(plan, chance, timeline.now, start);
  const api = createFakeApi(plan.api, timeline.now, chance);
  const chat = createFakeChat(timeline.now);
  const replicas: Replica[] = [];
  let ios = 0;
  let kills = 0;
  let lives = 0;
  const points: number[] = [];
  const pauses: Pause[] = [];

  const world: World = {
    timeline,
    chance,
    loopIntervalFactor,
    log: (line) => log(`${since()} ${line}`),
    fate: fates.fate,
    count: () => (ios += 1),
    mattered: (io) => void points.push(io),
    died(life) {
      kills += 1;
      timeline.at(timeline.now() + chance.between(2_000, 10_000), () => begin(life.replica));
    },
  };

  function begin(replica: number): void {
    lives += 1;
    const life = createLife(world, `r${replica}.${lives}`, replica);
    /** A pause is in force from the moment in which its statement took effect. */
    const noting = async <T>(effect: () => Promise<T>, by: string) => {
      const done = await effect();
      const until = await arena.pausedUntil();
      if (until !== undefined) pauses.push({ at: timeline.now(), until, by });
      return done;
    };
    const db = gated(
      arena.engine,
      (what, effect) => {
        const by = nameOfRun(life);
        const seen = what.startsWith(pauseStatement) ? () => noting(effect, by) : effect;
        return watched(timeline.now, () => life.io('db', what, seen));
      },
      timeline.now,
    );
    const made = createReplica({
      life,
      db,
      api,
      chat,
      plan,
      mutant,
      random: chance.next,
      now: timeline.now,
      trouble: fates.trouble,
      complain: options.complain,
    });
    replicas[replica] = made;
    world.log(`${life.name} starts`);
    void made.start();
  }

  const asked: Asked[] = plan.commands.map((command, index) => ({
    ...command,
    index,
    prompt: `prompt-${index}`,
    event: `event-${index}`,
  }));

  /** Returns a process that takes calls, if there is one. The platform has no connection to the others. */
  function pickReplica(): Replica | undefined {
    const awake = replicas.filter(({ life }) => life.alive() && !life.paused());
    return awake[Math.floor(chance.next() * awake.length)];
  }

  const placeholders = new Map<number, string>();

  /** Does what an adapter does with an event. Rejects with anything that goes wrong. */
  async function take(command: Asked, { life, jobs }: Replica): Promise<void> {
    const { person, channel } = command;
    const only = command.private ? person : undefined;
    let ack: MessageRef | undefined;
    const thinking: Message = { text: 'thinking', tone: 'plain', quote: command.prompt };
    if (command.ack === 'before') {
      const known = placeholders.get(command.index);
      const shown = await life.io('chat', 'defer', () =>
        known ? chat.messages.find(({ id }) => id === known) : chat.send(channel, thinking, only),
      );
      if (shown) {
        placeholders.set(command.index, shown.id);
        ack = chat.refOf(shown);
      }
    }
    const message = await jobs.start(workOf(command), {
      origin: { ...originOf(command), ack },
      call: { command: 'imagine', options: {} },
    });
    if (ack === undefined) {
      const shown = await life.io('chat', 'acknowledge', () => chat.send(channel, message, only));
      placeholders.set(command.index, shown.id);
      ack = chat.refOf(shown);
    }
    command.acknowledged ??= timeline.now();
    world.log(`command ${command.index} is acknowledged`);
    await jobs.shown(message.job ?? 0, ack);
  }

  function deliverEvent(command: Asked, tries = 3): void {
    const replica = pickReplica();
    world.log(`command ${command.index} arrives at ${replica?.life.name ?? 'nobody'}`);
    if (replica) void take(command, replica).catch(() => {});
    timeline.at(timeline.now() + eventRepeatMs, () => {
      if (command.acknowledged === undefined && tries > 1) deliverEvent(command, tries - 1);
    });
  }

  async function cancel(command: Asked): Promise<void> {
    const replica = pickReplica();
    if (!replica) return;
    const { jobs } = replica;
    const recent = await jobs.recent(originOf(command), 50);
    const job = recent.find(({ event }) => event === command.event);
    const how = job && (await jobs.cancel(job));
    if (how) command.ended = { how, at: timeline.now() };
    world.log(`command ${command.index} is ${how ?? 'not'} cancelled`);
  }

  const at = (seconds: number, what: () => void) => timeline.at(start + seconds * 1000, what);

  function goWrong(fault: Fault): void {
    world.log(`fault: ${JSON.stringify(fault)}`);
    const until = timeline.now() + ('lasts' in fault ? fault.lasts * 1000 : 0);
    const life = 'replica' in fault ? replicas[fault.replica % plan.replicas]?.life : undefined;
    switch (fault.what) {
      case 'kill':
        life?.kill();
        break;
      case 'pause':
        life?.pause(until);
        break;
      case 'jump':
        life?.jump(fault.by * 1000);
        break;
      case 'cut':
        fates.cut({ replica: fault.replica % plan.replicas, from: fault.from, until });
        break;
      case 'storm':
        fates.storm(until);
        break;
      case 'outage':
        fates.outage(until);
        break;
      case 'foreign':
        api.foreign();
        break;
      case 'placeholder deleted':
        chat.remove(placeholders.get(fault.command) ?? '');
        break;
      case 'channel deleted':
        chat.gone.add(fault.channel);
        break;
    }
  }

  for (let replica = 0; replica < plan.replicas; replica += 1) timeline.at(start + replica * 137, () => begin(replica));
  for (const command of asked) {
    at(command.at, () => deliverEvent(command));
    if (command.again !== undefined) at(command.again, () => deliverEvent(command, 1));
    if (command.cancelled !== undefined) at(command.cancelled, () => void cancel(command).catch(() => {}));
  }
  for (const fault of plan.faults) at(fault.at, () => goWrong(fault));

  const ends = plan.faults.map((fault) => fault.at + ('lasts' in fault ? fault.lasts : 0));
  const calm = Math.max(
    plan.calm,
    ...ends,
    ...asked.map((each) => Math.max(each.at, each.again ?? 0, each.cancelled ?? 0)),
  );
  const lastFault = start + (calm + 10) * 1000;
  let isOver = false;
  const lookForTheEnd = async () => {
    const [open] = await arena.db.run(sql`select count(*)::int as jobs from jobs where state <> 'closed'`);
    const [said] = await arena.db.run(
      sql`select count(*)::int as said from deliveries where state in ('pending', 'sending')`,
    );
    isOver = Number(open?.jobs) === 0 && Number(said?.said) === 0;
    if (!isOver) timeline.at(timeline.now() + endLookMs, lookForTheEnd);
  };
  timeline.at(lastFault, lookForTheEnd);
  const inTime = await timeline.run(() => isOver, lastFault + answerTimeoutMs);
  const closedAt = timeline.now();
  await timeline.run(() => false, closedAt + (options.epilogue ?? 60) * 1000);

  const findings = await judge({ plan, asked, api, chat, arena, pauses, inTime, start, closedAt, end: timeline.now() });
  const killed = kills;
  for (const replica of replicas) replica.life.kill();
  return { ...findings, kills: killed, ios, points, seconds: (closedAt - start) / 1000 };
}

const originOf = ({ event, person, channel, private: isPrivate }: Asked): Origin => ({
  platform: 'playground',
  event,
  tenant: 'home',
  place: { kind: 'channel', channel },
  person: { id: person, name: person, roles: [], moderator: false },
  locale: 'en',
  private: isPrivate,
});

const workOf = ({ operation, prompt, reference }: Asked) => ({
  operation,
  model: operation === 'image' ? 'nanobanana-2' : 'kling-video-standard',
  request: { modelID: operation === 'image' ? 'nanobanana-2' : 'kling-video-standard', prompt },
  refs: reference ? [{ media: 'a-picture', role: 'reference' as const }] : [],
});
