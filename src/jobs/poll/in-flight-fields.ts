/** Owns the fields of the jobs in flight: one typed array for each, so that 100,000 jobs take little memory and time. */

/** The fields of all slots. Times are epoch milliseconds. */
export type InFlightFields = ReturnType<typeof createFields>;

/** Returns fields of `capacity` slots, all 0. They take 54 bytes a slot. */
export const createFields = (capacity: number) => ({
  id: new Float64Array(capacity),
  /** When PhotoGPT made the job, by its own clock: the time in the list, or our guess until the list has shown it. */
  at: new Float64Array(capacity),
  /** When its id came, by the database's clock. */
  submitted: new Float64Array(capacity),
  /** When it was last seen unfinished, by the same clock as `at`. At first, its beginning. */
  seen: new Float64Array(capacity),
  /** Rows of the list from this job down to the next older one in flight. */
  rows: new Float64Array(capacity),
  /** The number of its model. */
  model: new Uint16Array(capacity),
  /** How often the list should have shown it and did not. */
  misses: new Uint8Array(capacity),
  /** 1 when `at` was read in the list. */
  sighted: new Uint8Array(capacity),
  /** 1 while it is being fetched. */
  busy: new Uint8Array(capacity),
  /** 1 when it was removed, and its slot is not free yet. */
  gone: new Uint8Array(capacity),
  /** The reading of the table in which it was there last. */
  round: new Uint32Array(capacity),
  /** The slots by age, the oldest first. By place and not by slot. */
  order: new Int32Array(capacity),
});

/** Returns fields with twice the slots, and copies the values into them. */
export function widen(fields: InFlightFields): InFlightFields {
  const wider = createFields(fields.id.length * 2);
  for (const name of Object.keys(fields) as (keyof InFlightFields)[]) wider[name].set(fields[name]);
  return wider;
}

/** Moves of a sort by insertion, for each job, after which sorting anew is quicker. */
const maxMovesPerJob = 8;

/**
 * Sorts the first `length` places of `order` by time. It sorts by insertion, because nearly all jobs stand right already,
 * and sorts anew when it moves too many.
 */
export function sortByTime({ order, at }: InFlightFields, length: number): void {
  const maxMoves = length * maxMovesPerJob;
  let moves = 0;
  for (let place = 1; place < length && moves < maxMoves; place += 1) {
    const slot = order[place] ?? 0;
    const time = at[slot] ?? 0;
    let to = place;
    for (; to > 0 && (at[order[to - 1] ?? 0] ?? 0) > time; to -= 1) order[to] = order[to - 1] ?? 0;
    moves += place - to;
    order[to] = slot;
  }
  if (moves >= maxMoves) order.subarray(0, length).sort((one, other) => (at[one] ?? 0) - (at[other] ?? 0));
}
