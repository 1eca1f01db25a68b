/** Makes the plan of a seed: all kinds of faults, mixed by chance. */
import { type Chance, createChance } from './chance.ts';
import { mutantPlans } from './mutant-plans.ts';
import { type Command, calmPlan, command, type Fault, type Mishap, type Plan, type Side } from './plan.ts';

const people = ['ada', 'ben', 'cleo'] as const;
const channels = ['pictures', 'videos', 'attic'] as const;
const sides = ['db', 'api', 'chat'] as const;

/** The stories of the first eleven mutants. Later ones are left out, so that every seed still draws from these. */
const { 'deaf to pauses': _pauses, 'no budget': _budget, ...earlier } = mutantPlans;
const [firstStory, ...otherStories] = Object.values(earlier);
const stories: [Plan, ...Plan[]] = [firstStory ?? calmPlan, ...otherStories];

/** Faults come in the first seconds of a run. */
const faultSeconds = 75;

function commandsOf(chance: Chance): Command[] {
  return Array.from({ length: chance.whole(3, 6) }, () => {
    const at = chance.between(1, faultSeconds - 15);
    return command({
      at,
      operation: chance.happens(0.25) ? 'video' : 'image',
      person: chance.pick(people),
      channel: chance.pick(channels),
      private: chance.happens(0.15),
      ack: chance.happens(0.5) ? 'before' : 'after',
      reference: chance.happens(0.2),
      again: chance.happens(0.2) ? at + chance.between(0, 20) : undefined,
      cancelled: chance.happens(0.12) ? at + chance.between(0.5, 30) : undefined,
    });
  });
}

/** Kills in nearly every run, and of each other kind some in some runs. */
function faultsOf(chance: Chance, replicas: number, commands: number, exclusive: boolean): Fault[] {
  const faults: Fault[] = [];
  const replica = () => chance.whole(0, replicas - 1);
  const at = () => chance.between(1, faultSeconds);
  const some = (probability: number, maxCount: number, make: () => Fault) => {
    if (chance.happens(probability))
      for (let count = chance.whole(1, maxCount); count > 0; count -= 1) faults.push(make());
  };
  some(0.95, 8, () => ({ at: at(), what: 'kill', replica: replica(), away: chance.between(1, 15) }));
  some(0.3, 3, () => ({ at: at(), what: 'pause', replica: replica(), lasts: chance.between(1, 150) }));
  some(0.3, 2, () => {
    const from: Side = chance.pick(sides);
    return { at: at(), what: 'cut', replica: replica(), from, lasts: chance.between(2, 90) };
  });
  some(0.25, 2, () => ({ at: at(), what: 'jump', replica: replica(), by: chance.between(-1_500, 1_500) }));
  some(0.2, 1, () => ({ at: at(), what: 'storm', lasts: chance.between(5, 40) }));
  some(0.15, 1, () => ({ at: at(), what: 'outage', lasts: chance.between(10, 240) }));
  if (!exclusive) some(0.7, 6, () => ({ at: at(), what: 'foreign' }));
  some(0.15, 2, () => ({ at: at(), what: 'placeholder deleted', command: chance.whole(0, commands - 1) }));
  some(0.08, 1, () => ({ at: at(), what: 'channel deleted', channel: chance.pick(channels) }));
  return faults.sort((a, b) => a.at - b.at);
}

type Point = Pick<Mishap, 'side' | 'what'>;
/** Requests at which trouble matters. `what` is a part of their text. */
const points: [Point, ...Point[]] = [
  { side: 'api', what: '/generation' },
  { side: 'api', what: '/images/upload' },
  { side: 'api', what: 'GET /jobs' },
  { side: 'db', what: 'set "state" = $1, "fence"' },
  { side: 'db', what: 'set "lease_until"' },
  { side: 'db', what: 'set "state" = $1, "lease_until"' },
  { side: 'db', what: 'with given as' },
  { side: 'db', what: 'update deliveries set notes' },
  { side: 'db', what: 'with done as' },
  { side: 'db', what: 'transaction' },
  { side: 'chat', what: 'edit' },
  { side: 'chat', what: 'send' },
  { side: 'chat', what: 'acknowledge' },
];

/** Trouble at exactly these requests, which random times rarely hit. */
function mishapsOf(chance: Chance): Mishap[] {
  return Array.from({ length: chance.whole(0, 3) }, (): Mishap => {
    const at = { ...chance.pick(points), nth: chance.whole(1, 4) };
    // A request that is given up late must take effect before the grace is over.
    const noticed = chance.pick([0.5, 30]);
    const kinds: [Mishap, ...Mishap[]] = [
      { ...at, dies: chance.pick(['before', 'effect', 'after']) },
      { ...at, lost: 'request', noticed },
      { ...at, lost: 'answer', noticed: noticed === 30 ? 30 : 1 },
      { ...at, slow: chance.between(5, 28) },
      { ...at, pause: chance.between(10, 130) },
    ];
    return chance.pick(kinds);
  });
}

/** The story of a mutant, with other times and another seed. It goes wrong without one of the bot's precautions. */
function closeCall(seed: number, chance: Chance): Plan {
  const story = chance.pick(stories);
  const moved = (mishap: Mishap): Mishap => {
    if ('pause' in mishap) return { ...mishap, pause: chance.between(50, 120) };
    if ('slow' in mishap) return { ...mishap, slow: chance.between(15, 28) };
    return 'late' in mishap ? { ...mishap, late: mishap.late * chance.between(0.9, 1) } : mishap;
  };
  return { ...story, seed, replicas: chance.whole(story.replicas, 3), mishaps: story.mishaps.map(moved) };
}

/**
 * Returns the plan of a seed. Lanes and the API rate draw from chances of their own, so that the rest of a seed's plan
 * is what it was before the bot had them.
 */
export function planOf(seed: number): Plan {
  const submitLanes = createChance(-seed).happens(0.3) ? 3 : 1;
  const rateChance = createChance(seed * 2);
  const perSecond = rateChance.happens(0.3) ? rateChance.pick([0.2, 0.5, 1, 2]) : undefined;
  return { ...storyOf(seed), submitLanes, perSecond };
}

function storyOf(seed: number): Plan {
  const chance = createChance(seed * 2 + 1);
  if (chance.happens(0.2)) return closeCall(seed, chance);
  const replicas = chance.whole(2, 3);
  const exclusive = chance.happens(0.7);
  const commands = commandsOf(chance);
  const lossesUpTo = (share: number) => ({ request: chance.between(0, share), answer: chance.between(0, share) });
  const rough = chance.happens(0.7);
  return {
    ...calmPlan,
    seed,
    replicas,
    exclusive,
    commands,
    faults: faultsOf(chance, replicas, commands.length, exclusive),
    mishaps: chance.happens(0.6) ? mishapsOf(chance) : [],
    losses: rough ? { db: lossesUpTo(0.02), api: lossesUpTo(0.06), chat: lossesUpTo(0.08) } : calmPlan.losses,
    calm: faultSeconds,
    lanes: chance.happens(0.4) ? 'by model' : 'by event',
    api: {
      ahead: chance.happens(0.4) ? chance.between(-120_000, 120_000) : 0,
      page: chance.pick([2, 5, 20]),
      lag: chance.happens(0.4) ? chance.between(0, 8) : 0,
      shifts: chance.happens(0.4),
      echoes: chance.happens(0.2),
      failing: 0.1,
      broken: rough ? chance.between(0, 0.08) : 0,
      busy: rough ? chance.between(0, 0.05) : 0,
      late: chance.happens(0.5) ? chance.between(0.05, 0.4) : 0,
      latest: 50,
    },
  };
}
