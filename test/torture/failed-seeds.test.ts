import { describe, expect, it } from 'vitest';
import { mutantPlans } from './mutant-plans.ts';
import { calmPlan, command, type Plan } from './plan.ts';
import { runPlan } from './run-plan.ts';
import { useArena } from './use-arena.ts';

const arena = useArena();

/** Every schedule that ever broke a promise, shortened to what it takes, and what the bot did wrong then. */
const schedules: Record<string, Plan> = {
  // Seed 83: the list was asked for from a time by the leader's clock, which left out the very job that was looked for.
  'a leader whose clock is 23 minutes ahead, and an answer that was lost: it was paid twice': {
    ...calmPlan,
    replicas: 1,
    commands: [command({ at: 2 })],
    mishaps: [{ side: 'api', what: '/generation', nth: 1, late: 5, noticed: 0.5 }],
    faults: [{ at: 1, what: 'jump', replica: 0, by: 1_408 }],
  },
  // Found by reasoning about the same: a clock that is set back in between must not hide the job either.
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
  // Seed 99: the process died with the edit that was its last, and somebody deleted what it had written there. The judge
  // counted both, though nobody saw two.
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
  // The same for a job with nothing to hand over, whose claim says that the request leaves. Four looks found nothing before.
  'a process that stands still with the claim under which it sends': {
    ...calmPlan,
    replicas: 2,
    commands: [command()],
    mishaps: [{ side: 'db', what: 'set "state" = $1, "fence"', nth: 5, pause: 130 }],
    calm: 135,
  },
  // Two lanes: what one gave up was the other's job, whose request was still on its way and whose answer got lost.
  'a request under way when a rival gives up: it was paid twice': {
    ...mutantPlans['taint ignored'],
    mishaps: [
      { side: 'api', what: '/generation', nth: 1, late: 55, noticed: 0.5 },
      { side: 'api', what: '/generation', nth: 2, lost: 'answer', noticed: 30 },
    ],
    commands: [command(), command({ at: 50, operation: 'video' })],
  },
};

describe('what broke a promise once', () => {
  it.each(Object.entries(schedules))('%s', async (_name, plan) => {
    expect((await runPlan(plan, { arena: arena(), epilogue: 0 })).violations).toEqual([]);
  });
});
