/** Short stories, in which tests kill the bot at every single point. */
import { calmPlan, command, type Plan } from './plan.ts';

const story = (more: Partial<Plan>): Plan => ({ ...calmPlan, ...more });

/** The stories, by name. */
export const scenarios = {
  picture: story({ commands: [command()] }),
  video: story({ commands: [command({ operation: 'video', ack: 'before' })] }),
  'reference, refused at first': story({
    commands: [command({ reference: true })],
    faults: [{ at: 0.5, what: 'storm', lasts: 3 }],
  }),
  'private answer': story({ commands: [command({ private: true, ack: 'before' })] }),
  'cancelled on the way': story({ commands: [command({ cancelled: 2.5 }), command({ at: 1.2, cancelled: 1.6 })] }),
  'no place left but the person': story({
    commands: [command({ ack: 'before' })],
    faults: [{ at: 2, what: 'channel deleted', channel: 'pictures' }],
  }),
} satisfies Record<string, Plan>;
