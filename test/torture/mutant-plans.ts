/** The shortest known story that catches each mutant: the one trouble that its missing precaution is for. */
import type { Mutant } from './mutants.ts';
import { calmPlan, command, type Mishap, type Plan } from './plan.ts';

const paid = { side: 'api', what: '/generation' } as const;
const lostOnTheWay: Mishap = { ...paid, nth: 1, lost: 'request', noticed: 0.5 };
const lostAnswer: Mishap = { ...paid, nth: 1, lost: 'answer', noticed: 1 };
/** A request that takes effect long after it was given up, and well within the grace. */
const late: Mishap = { ...paid, nth: 1, late: 40, noticed: 0.5 };

const story = (mishaps: Mishap[], more: Partial<Plan> = {}): Plan => ({
  ...calmPlan,
  replicas: 1,
  commands: [command()],
  mishaps,
  ...more,
});
/** Two lanes with a lost answer in each, so that neither request can be told from the other. */
const crossed = story(
  [
    { ...paid, nth: 1, late: 25, noticed: 0.5 },
    { ...paid, nth: 2, lost: 'answer', noticed: 1 },
  ],
  { commands: [command(), command({ at: 20, operation: 'video' })], lanes: 'by model' },
);

/** The stories, by mutant. */
export const mutantPlans: Record<Mutant, Plan> = {
  'blind repeat': story([lostAnswer]),
  'post then mark': story([{ side: 'chat', what: 'send', nth: 1, lost: 'answer', noticed: 1 }]),
  // A foreign job is made while the request of the bot is in doubt.
  'greedy adoption': story([lostOnTheWay], { exclusive: false, faults: [{ at: 2, what: 'foreign' }] }),
  'no quarantine': crossed,
  'taint ignored': crossed,
  'no grace': story([late], { calm: 50 }),
  // A process that stood still with its claim goes on while its successor is sending.
  'no fence': story(
    [
      { side: 'api', what: '/images/upload', nth: 1, pause: 60 },
      { ...paid, nth: 1, slow: 28 },
    ],
    { replicas: 2, commands: [command({ reference: true })] },
  ),
  // The clock of the leader is ten minutes ahead, so the grace seems to be over. The other replica takes the call.
  'now from the process': story([late], {
    replicas: 2,
    calm: 50,
    faults: [
      { at: 0.5, what: 'jump', replica: 0, by: 600 },
      { at: 0.9, what: 'pause', replica: 0, lasts: 0.5 },
    ],
  }),
  'nonce only': story([{ side: 'chat', what: 'send', nth: 1, dies: 'effect' }]),
  'mark then post': story([{ side: 'chat', what: 'edit', nth: 1, dies: 'before' }]),
  'short lease': story([{ ...paid, nth: 1, late: 88, noticed: 30 }], { calm: 95 }),
  // PhotoGPT asks for a pause while it makes pictures that the leader polls.
  'deaf to pauses': story([], {
    commands: [1, 2, 3].map((at) => command({ at })),
    faults: [{ at: 4, what: 'storm', lasts: 20 }],
  }),
  // Far more calls at once than the API rate allows.
  'no budget': story([], {
    replicas: 2,
    commands: Array.from({ length: 12 }, () => command({ reference: true })),
    submitLanes: 3,
    perSecond: 1,
  }),
};
