/** One run as data: the calls of people, the faults, and the behaviour of the database, of PhotoGPT and of the chat. */

/** The other end of a request. */
export type Side = 'db' | 'api' | 'chat';
/** A moment of a request: before it is sent, after it took effect, or after its answer arrived. */
export type Stage = 'before' | 'effect' | 'after';

/**
 * One call. Times are in seconds from the start.
 * - `ack`: whether the acknowledging message is there before the call is run, or is posted after it.
 * - `reference`: whether a picture must be uploaded first.
 * - `again`: when the platform hands over the event once more.
 * - `cancelled`: when the person cancels.
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

/** A fault at a time, which lasts for some seconds or not. `replica` counts from 0. */
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
 * The fate of one request: the `nth` one whose text holds `what`. Its process dies there, it or its answer gets lost,
 * it takes effect late, its answer is slow, or its process stands still as it takes effect. Times are in seconds.
 */
export type Mishap = { side: Side; what: string; nth: number } & (
  | { dies: Stage }
  | { lost: 'request' | 'answer'; noticed: number }
  | { late: number; noticed: number }
  | { slow: number }
  | { pause: number }
);

/** Probabilities that a request gets lost, and that its answer does. */
type Losses = Record<Side, { request: number; answer: number }>;

/** A run. */
export type Plan = {
  seed: number;
  replicas: number;
  commands: Command[];
  faults: Fault[];
  /** The process that makes the request with the number `io` dies there. */
  kills: { io: number; stage: Stage }[];
  mishaps: Mishap[];
  losses: Losses;
  /** Random losses and troubles end then, in seconds. */
  calm: number;
  /** Whether the operator says that no other program uses the key. Never with a foreign job among the faults. */
  exclusive: boolean;
  /** Lanes by events, as the bot uses them today, or a lane for each model, as it would with known prices. */
  lanes: 'by event' | 'by model';
  /** Lanes by events, and requests that a process has under way at a time. */
  submitLanes: number;
  /** Calls a second that all replicas together may make. No limit without it. */
  perSecond?: number;
  api: {
    /** Milliseconds by which its clock is ahead of all others. */
    ahead: number;
    page: number;
    /** Longest time, in seconds, until a new job is listed and can be read. */
    lag: number;
    /** Whether page tokens count entries from the top, so that a new job shifts the pages. */
    shifts: boolean;
    /** Whether the details of a job repeat its prompt. */
    echoes: boolean;
    /** Probabilities that a job fails, that a request gets a 5xx before or after its effect, and that it gets a 429. */
    failing: number;
    broken: number;
    busy: number;
    /** Probability that a paid request takes effect late, and by how many seconds at most after the bot gave up. */
    late: number;
    latest: number;
  };
};

const nothingLost = { request: 0, answer: 0 };

/** A plan without commands, in which nothing goes wrong. */
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

/** Returns a command: by default a picture in a channel, acknowledged after it was run. */
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
