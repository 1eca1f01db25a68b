/** The jobs that run at PhotoGPT, in memory and in the order of its list: numbers in arrays, about 200 bytes a job. */

/** A job at PhotoGPT that is asked after. Times are epoch milliseconds; `submittedAt` is when PhotoGPT made it. */
export type InFlightJob = { id: number; remoteId: string; model: string; submittedAt: number };

/** Where the list did not show a job this often, reading it for that job is for nothing. */
export const maxListMisses = 2;

export type InFlight = ReturnType<typeof createInFlight>;

const fieldsOf = (capacity: number) => ({
  id: new Float64Array(capacity),
  /** When PhotoGPT made it, by its own clock: what was seen in the list, or our guess until then. */
  at: new Float64Array(capacity),
  /** When its id came, by our clock. */
  submitted: new Float64Array(capacity),
  /** When it was last seen unfinished, by the same clock as `at`; its beginning at first. */
  seen: new Float64Array(capacity),
  /** How many rows of the list there are from this job down to the next older one of the book. */
  rows: new Float64Array(capacity),
  model: new Uint16Array(capacity),
  misses: new Uint8Array(capacity),
  /** Whether `at` was read in the list. */
  sighted: new Uint8Array(capacity),
  /** Being asked after at this moment. */
  busy: new Uint8Array(capacity),
  gone: new Uint8Array(capacity),
  /** The reading of the table in which it was last there. */
  round: new Uint32Array(capacity),
  order: new Int32Array(capacity),
});
type Fields = ReturnType<typeof fieldsOf>;

/**
 * Jobs have a slot, which is theirs until they are removed. `order()` gives the slots from the oldest job to the newest.
 * Finished jobs are not kept: how many rows they take up in the list is added to the job before which they stood.
 */
export function createInFlight() {
  let capacity = 256;
  let fields = fieldsOf(capacity);
  const slots = new Map<string, number>();
  const remoteIds: string[] = [];
  const models: string[] = [];
  const modelNumbers = new Map<string, number>();
  const free: number[] = [];
  let [used, added] = [0, 0];
  let length = 0;
  let [untidy, unsorted] = [false, false];
  /** Rows of the list above the newest job. */
  let above = 0;

  function grow(): void {
    const wider = fieldsOf(capacity * 2);
    for (const name of Object.keys(fields) as (keyof Fields)[]) wider[name].set(fields[name] as never);
    capacity *= 2;
    fields = wider;
  }

  /** Takes out what was removed: its rows now stand between its neighbours. */
  function close(): void {
    let [kept, rows] = [0, 0];
    for (let place = 0; place < length; place += 1) {
      const slot = fields.order[place] ?? 0;
      if (fields.gone[slot]) {
        rows += fields.rows[slot] ?? 0;
        free.push(slot);
        continue;
      }
      fields.rows[slot] = (fields.rows[slot] ?? 0) + rows;
      rows = 0;
      fields.order[kept] = slot;
      kept += 1;
    }
    above += rows;
    length = kept;
  }

  /** By insertion, because nearly everything stands right already; by sorting when that turns out to be wrong. */
  function sort(): void {
    const { order, at } = fields;
    let moves = 0;
    for (let place = 1; place < length && moves < length * 8; place += 1) {
      const slot = order[place] ?? 0;
      const time = at[slot] ?? 0;
      let to = place;
      for (; to > 0 && (at[order[to - 1] ?? 0] ?? 0) > time; to -= 1) order[to] = order[to - 1] ?? 0;
      moves += place - to;
      order[to] = slot;
    }
    if (moves >= length * 8) order.subarray(0, length).sort((one, other) => (at[one] ?? 0) - (at[other] ?? 0));
  }

  /** The slots from the oldest job to the newest; good until the next change. */
  function order(): Int32Array {
    if (untidy) close();
    if (unsorted) sort();
    [untidy, unsorted] = [false, false];
    return fields.order.subarray(0, length);
  }

  return {
    /** The fields, each an array by slot. They are other arrays after `add`. */
    fields: (): Readonly<Fields> => fields,
    models: (): readonly string[] => models,
    size: () => slots.size,
    /** How many were ever added. */
    added: () => added,
    slotOf: (remoteId: string): number | undefined => slots.get(remoteId),
    above: () => above,
    jobAt: (slot: number): InFlightJob => ({
      id: fields.id[slot] ?? 0,
      remoteId: remoteIds[slot] ?? '',
      model: models[fields.model[slot] ?? 0] ?? '',
      submittedAt: fields.at[slot] ?? 0,
    }),

    /**
     * `ahead` is by how much PhotoGPT's clock is ahead of ours; at `seen`, by that clock, it was unfinished if it was there.
     * Does nothing but note `round` for a known job.
     */
    add({ id, remoteId, model, submittedAt }: InFlightJob, round: number, ahead = 0, seen = 0): void {
      const known = slots.get(remoteId);
      if (known !== undefined) {
        fields.round[known] = round;
        return;
      }
      if (length === capacity || (free.length === 0 && used === capacity)) grow();
      const slot = free.pop() ?? used++;
      let number = modelNumbers.get(model);
      if (number === undefined) {
        number = models.push(model) - 1;
        modelNumbers.set(model, number);
      }
      slots.set(remoteId, slot);
      added += 1;
      remoteIds[slot] = remoteId;
      const newest = fields.order[length - 1];
      const at = submittedAt + ahead;
      // Our numbers tell how many of ours stand between the two, for as long as nobody has looked.
      const between = newest === undefined || length === 0 ? 1 : id - (fields.id[newest] ?? id);
      const rows = Math.max(1 + above, between);
      const start = { id, at, submitted: submittedAt, seen: Math.max(at, seen), rows, model: number, round };
      for (const [name, value] of Object.entries(start)) fields[name as keyof Fields][slot] = value;
      for (const name of ['misses', 'sighted', 'busy', 'gone'] as const) fields[name][slot] = 0;
      above = 0;
      fields.order[length] = slot;
      length += 1;
      if (newest !== undefined && length > 1 && (fields.at[newest] ?? 0) > at) unsorted = true;
    },

    /** It was in the list, made at `createdAt`. */
    sighted(slot: number, createdAt: number): void {
      fields.misses[slot] = 0;
      fields.sighted[slot] = 1;
      if (fields.at[slot] === createdAt) return;
      fields.at[slot] = createdAt;
      unsorted = true;
    },

    /** PhotoGPT's clock turned out to be ahead by so much: what was only guessed of its times is guessed anew. */
    ahead(milliseconds: number): void {
      for (const slot of slots.values()) {
        if (fields.sighted[slot]) continue;
        const at = (fields.submitted[slot] ?? 0) + milliseconds;
        if (fields.seen[slot] === fields.at[slot]) fields.seen[slot] = at;
        fields.at[slot] = at;
      }
      unsorted = true;
    },

    /** Nothing was seen later than `now`: what says so was noted by a clock that was wrong. */
    seenBy(now: number): void {
      for (const slot of slots.values()) fields.seen[slot] = Math.min(fields.seen[slot] ?? 0, now);
    },

    /** It has ended, or is not there any more. */
    remove(slot: number): void {
      if (fields.gone[slot]) return;
      slots.delete(remoteIds[slot] ?? '');
      remoteIds[slot] = '';
      fields.gone[slot] = 1;
      untidy = true;
    },

    order,

    /** The slots of the jobs that were made between two times, both included. */
    between(lowest: number, highest: number): Int32Array {
      const all = order();
      const upTo = (isBelow: (time: number) => boolean) => {
        let [low, high] = [0, length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (isBelow(fields.at[all[middle] ?? 0] ?? 0)) low = middle + 1;
          else high = middle;
        }
        return low;
      };
      const first = upTo((time) => time < lowest);
      return all.subarray(
        first,
        upTo((time) => time <= highest),
      );
    },
  };
}
