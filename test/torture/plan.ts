/** What happens in one run, as data: who asks for what when, what goes wrong when, and how the far ends are. */

export type Side = 'db' | 'api' | 'chat';
/** Before a request is sent, after it took effect, after its answer arrived. */
export type Stage = 'before' | 'effect' | 'after';

/**
 * One call. Times are in seconds from the start. `ack` is whether the message that acknowledges it is there before the
 * call is run (and takes the result), or is posted after it. `again` is when the platform hands the same event over once
 * more, `cancelled` when the person cancels, `reference` whether a picture must be uploaded first.
 */
export type Command = {
  at: number;
  operation: 'image' | 'video';
  person: string;
  channel: string;
  private: boolean;
  ack: 'before' | 'after';
  reference: boolean;
  again?: number;
  cancelled?: number;
};

/** Something that goes wrong at a time, for some seconds where it lasts. `replica` counts from 0. */
export type Fault =
  | { at: number; what: 'kill'; replica: number; away: number }
  | { at: number; what: 'pause'; replica: number; lasts: number }
  | { at: number; what: 'cut'; replica: number; from: Side; lasts: number }
  | { at: number; what: 'jump'; replica: number; by: number }
  | { at: number; what: 'storm' | 'outage'; lasts: number }
  | { at: number; what: 'foreign' }
  | { at: number; what: 'placeholder deleted'; command: number }
  | { at: number; what: 'channel deleted'; channel: string };

/**
 * What becomes of the request that is the `nth` of those whose words hold `what`: its process dies there, it or its
 * answer gets lost, it takes effect late or its answer comes late, or its process stands still as it takes effect.
 * Seconds.
 */
export type Mishap = { side: Side; what: string; nth: number } & (
  | { dies: Stage }
  | { lost: 'request' | 'answer'; noticed: number }
  | { late: number; noticed: number }
  | { slow: number }
  | { pause: number }
);

/** How often a request is lost on its way, and how often its answer: 0 to 1. */
type Losses = Record<Side, { request: number; answer: number }>;

export type Plan = {
  seed: number;
  replicas: number;
  commands: Command[];
  faults: Fault[];
  /** The process that makes the request of this number dies there. */
  kills: { io: number; stage: Stage }[];
  mishaps: Mishap[];
  losses: Losses;
  /** Random losses and troubles end then, in seconds. */
  calm: number;
  /** Whether the operator says that nobody else uses the key. Never with a foreign job among the faults. */
  exclusive: boolean;
  /** Lanes by events, as the bot uses them today; or one for each model, as it would with known prices. */
  lanes: 'by event' | 'by model';
  /** How many lanes there are by events, and how many requests a process has under way at one time. */
  submitLanes: number;
  /** The calls a second that all replicas together may make; as many as they like without it. */
  perSecond?: number;
  api: {
    /** Its clock is ahead of everybody's by so many milliseconds. */
    ahead: number;
    page: number;
    /** A new job is listed, and can be asked for, at most so many seconds later. */
    lag: number;
    /** Page tokens count entries from the top, so that a new job shifts the pages. */
    shifts: boolean;
    echoes: boolean;
    /** How often a job fails there, a request is answered with 5xx before or after its effect, or 429: 0 to 1. */
    failing: number;
    broken: number;
    busy: number;
    /** How often a paid request takes effect late, and by how many seconds after we gave up at most. */
    late: number;
    latest: number;
  };
};

const nothingLost = { request: 0, answer: 0 };

/** A plan in which nothing goes wrong. */
export const calmPlan: Plan = {
  seed: 1,
  replicas: 2,
  commands: [],
  faults: [],
  kills: [],
  mishaps: [],
  losses: { db: nothingLost, api: nothingLost, chat: nothingLost },
  calm: 0,
  exclusive: true,
  lanes: 'by event',
  submitLanes: 1,
  api: { ahead: 0, page: 20, lag: 0, shifts: false, echoes: false, failing: 0, broken: 0, busy: 0, late: 0, latest: 0 },
};

/** A picture in a channel, acknowledged after it was run. */
export const command = (more: Partial<Command> = {}): Command => ({
  at: 1,
  operation: 'image',
  person: 'ada',
  channel: 'pictures',
  private: false,
  ack: 'after',
  reference: false,
  ...more,
});
