import { describe, expect, it } from 'vitest';
import { mutantPlans } from './mutant-plans.ts';
import { calmPlan, command, type Plan } from './plan.ts';
import { runPlan } from './run-plan.ts';
import { useArena } from './use-arena.ts';

const arena = useArena();

/** Every schedule that ever broke a promise, shortened to what it takes. The title says what the bot did wrong then. */
const schedules: Record<string, Plan> = {
  // Seed 83: the start of the list was by the leader's clock, and left out the job of the lost answer.
  'a leader whose clock is 23 minutes ahead, and an answer that was lost: it was paid twice': {
    ...calmPlan,
    replicas: 1,
    commands: [command({ at: 2 })],
    mishaps: [{ side: 'api', what: '/generation', nth: 1, late: 5, noticed: 0.5 }],
    faults: [{ at: 1, what: 'jump', replica: 0, by: 1_408 }],
  },
  // Found by thinking about seed 83: a clock that is set back in between must not hide the job either.
  'a leader whose clock is set back while it looks': {
    ...calmPlan,
    replicas: 1,
    commands: [command({ at: 2 })],
    mishaps: [
      { side: 'api', what: '/generation', nth: 1, lost: 'answer', noticed: 0.5 },
      { side: 'api', what: 'GET /jobs', nth: 1, slow: 20 },
    ],
    faults: [{ at: 4, what: 'jump', replica: 0, by: -70 }],
  },
  // Seed 99: the process died after its last edit, and a moderator deleted the message. The judge counted two answers,
  // though a person never saw both at a time.
  'an answer that is deleted before the bot knows that it was there is given once more': {
    ...calmPlan,
    replicas: 1,
    commands: [command({ at: 2 })],
    mishaps: [{ side: 'chat', what: 'edit', nth: 1, dies: 'effect' }],
    faults: [{ at: 40, what: 'placeholder deleted', command: 0 }],
    calm: 130,
  },
  // Stopped between the claim's last renewal and the paid request, for longer than the claim lasts.
  'a process that stands still just before it sends: it was paid twice': {
    ...calmPlan,
    replicas: 2,
    commands: [command({ reference: true })],
    mishaps: [{ side: 'db', what: 'set "lease_until"', nth: 1, pause: 130 }],
    calm: 135,
  },
  // As above for a job without references, whose claim says that the request leaves. Four looks found nothing before.
  'a process that stands still with the claim under which it sends': {
    ...calmPlan,
    replicas: 2,
    commands: [command()],
    mishaps: [{ side: 'db', what: 'set "state" = $1, "fence"', nth: 5, pause: 130 }],
    calm: 135,
  },
  // Two lanes: one gave up the job of the other, whose request was still on its way and whose answer got lost.
  'a request under way when a rival gives up: it was paid twice': {
    ...mutantPlans['taint ignored'],
    mishaps: [
      { side: 'api', what: '/generation', nth: 1, late: 55, noticed: 0.5 },
      { side: 'api', what: '/generation', nth: 2, lost: 'answer', noticed: 30 },
    ],
    commands: [command(), command({ at: 50, operation: 'video' })],
  },
};

describe('the simulation, with a schedule that once broke a promise', () => {
  it.each(Object.entries(schedules))('%s', async (_name, plan) => {
    expect((await runPlan(plan, { arena: arena(), epilogue: 0 })).violations).toEqual([]);
  });
});
