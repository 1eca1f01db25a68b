/** For each mutant the shortest story known to catch it: the one trouble that its missing precaution is for. */
import type { Mutant } from './mutants.ts';
import { calmPlan, command, type Mishap, type Plan } from './plan.ts';

const paid = { side: 'api', what: '/generation' } as const;
const lostOnTheWay: Mishap = { ...paid, nth: 1, lost: 'request', noticed: 0.5 };
const lostAnswer: Mishap = { ...paid, nth: 1, lost: 'answer', noticed: 1 };
/** Takes effect long after it was given up, and well within the grace. */
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

export const mutantPlans: Record<Mutant, Plan> = {
  'blind repeat': story([lostAnswer]),
  'post then mark': story([{ side: 'chat', what: 'send', nth: 1, lost: 'answer', noticed: 1 }]),
  // Somebody else's job is made while the bot does not know what became of its own request.
  'greedy adoption': story([lostOnTheWay], { exclusive: false, faults: [{ at: 2, what: 'foreign' }] }),
  'no quarantine': crossed,
  'taint ignored': crossed,
  'no grace': story([late], { calm: 50 }),
  // The one that stood still with its claim goes on while its successor is sending.
  'no fence': story(
    [
      { side: 'api', what: '/images/upload', nth: 1, pause: 60 },
      { ...paid, nth: 1, slow: 28 },
    ],
    { replicas: 2, commands: [command({ reference: true })] },
  ),
  // Whoever leads is ten minutes ahead, and thinks that the grace has long been over. The other one takes the call.
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
  // PhotoGPT wants to be left alone while it makes pictures, which somebody watches.
  'deaf to pauses': story([], {
    commands: [1, 2, 3].map((at) => command({ at })),
    faults: [{ at: 4, what: 'storm', lasts: 20 }],
  }),
  // Far more at once than the key may be asked.
  'no budget': story([], {
    replicas: 2,
    commands: Array.from({ length: 12 }, () => command({ reference: true })),
    submitLanes: 3,
    perSecond: 1,
  }),
};
