/**
 * Holds the jobs that run at PhotoGPT in memory, in the order of its list.
 *
 * Each job has a slot from `add` to `remove`. After that the slot may be another job's: who waited meanwhile asks `holds`.
 * `order` gives the slots from the oldest job to the newest. Finished jobs leave no entry. The rows that they take up in
 * the list are added to the next newer job in flight. A job takes about 200 bytes.
 */
import { createFields, sortByTime, widen } from './in-flight-fields.ts';

/** A job at PhotoGPT. `submittedAt` is when its id came, in epoch milliseconds by the database's clock. */
export type InFlightJob = { id: number; remoteId: string; model: string; submittedAt: number };

/** Times that the list may omit a job before we stop reading pages for it. */
export const maxListMisses = 2;

/** The jobs in flight. */
export type InFlight = ReturnType<typeof createInFlight>;

const firstCapacity = 256;

/** Returns a table without jobs. */
export function createInFlight() {
  let fields = createFields(firstCapacity);
  const slots = new Map<string, number>();
  const remoteIds: string[] = [];
  const models: string[] = [];
  const modelNumbers = new Map<string, number>();
  const freeSlots: number[] = [];
  let usedSlots = 0;
  let addedCount = 0;
  /** Places in `fields.order`, with those of removed jobs. */
  let length = 0;
  let hasRemoved = false;
  let isUnsorted = false;
  /** Rows of the list above the newest job. */
  let rowsAbove = 0;

  function takeSlot(): number {
    const capacity = fields.id.length;
    if (length === capacity || (freeSlots.length === 0 && usedSlots === capacity)) fields = widen(fields);
    const free = freeSlots.pop();
    if (free !== undefined) return free;
    usedSlots += 1;
    return usedSlots - 1;
  }

  function numberOf(model: string): number {
    const known = modelNumbers.get(model);
    if (known !== undefined) return known;
    const number = models.push(model) - 1;
    modelNumbers.set(model, number);
    return number;
  }

  /** Takes removed jobs out of the order. Their rows then lie between their neighbours. */
  function dropRemoved(): void {
    let remaining = 0;
    let droppedRows = 0;
    for (let place = 0; place < length; place += 1) {
      const slot = fields.order[place] ?? 0;
      if (fields.gone[slot]) {
        droppedRows += fields.rows[slot] ?? 0;
        freeSlots.push(slot);
        continue;
      }
      fields.rows[slot] = (fields.rows[slot] ?? 0) + droppedRows;
      droppedRows = 0;
      fields.order[remaining] = slot;
      remaining += 1;
    }
    rowsAbove += droppedRows;
    length = remaining;
  }

  function order(): Int32Array {
    if (hasRemoved) dropRemoved();
    if (isUnsorted) sortByTime(fields, length);
    hasRemoved = false;
    isUnsorted = false;
    return fields.order.subarray(0, length);
  }

  /** Returns how many places hold jobs that were made before `time`. Those made at `time` count with `isInclusive`. */
  function placesUpTo(time: number, isInclusive: boolean): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const made = fields.at[fields.order[middle] ?? 0] ?? 0;
      if (made < time || (isInclusive && made === time)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    /** Returns the fields, each an array by slot. `add` may replace the arrays. */
    fields: (): Readonly<ReturnType<typeof createFields>> => fields,

    /** Returns the names of models by their numbers. */
    models: (): readonly string[] => models,

    /** Returns how many jobs are in flight. */
    size: () => slots.size,

    /** Returns how many jobs were ever added. */
    added: () => addedCount,

    /** Returns the slot of a job, or undefined for one that is not in flight. */
    slotOf: (remoteId: string): number | undefined => slots.get(remoteId),

    /** Returns whether `slot` is still the slot of this job. */
    holds: (slot: number, { remoteId }: Pick<InFlightJob, 'remoteId'>): boolean => slots.get(remoteId) === slot,

    /** Returns the rows of the list above the newest job. */
    rowsAbove: () => rowsAbove,

    /** Returns the job in `slot`. */
    jobAt: (slot: number): InFlightJob => ({
      id: fields.id[slot] ?? 0,
      remoteId: remoteIds[slot] ?? '',
      model: models[fields.model[slot] ?? 0] ?? '',
      submittedAt: fields.submitted[slot] ?? 0,
    }),

    /**
     * Adds a job, or only notes `round` for one that is in flight already. `aheadMs` is by how much PhotoGPT's clock is
     * ahead of the database's. At `seenAt`, by PhotoGPT's clock, the job was unfinished if it was there.
     */
    add({ id, remoteId, model, submittedAt }: InFlightJob, round: number, aheadMs = 0, seenAt = 0): void {
      const known = slots.get(remoteId);
      if (known !== undefined) {
        fields.round[known] = round;
        return;
      }
      const slot = takeSlot();
      const newest = length === 0 ? undefined : fields.order[length - 1];
      const at = submittedAt + aheadMs;
      // Until the list has shown it, our ids tell how many jobs of ours lie between the two.
      const idsBetween = newest === undefined ? 1 : id - (fields.id[newest] ?? id);
      slots.set(remoteId, slot);
      remoteIds[slot] = remoteId;
      fields.id[slot] = id;
      fields.at[slot] = at;
      fields.submitted[slot] = submittedAt;
      fields.seen[slot] = Math.max(at, seenAt);
      fields.rows[slot] = Math.max(1 + rowsAbove, idsBetween);
      fields.model[slot] = numberOf(model);
      fields.misses[slot] = 0;
      fields.sighted[slot] = 0;
      fields.busy[slot] = 0;
      fields.gone[slot] = 0;
      fields.round[slot] = round;
      fields.order[length] = slot;
      length += 1;
      addedCount += 1;
      rowsAbove = 0;
      if (newest !== undefined && (fields.at[newest] ?? 0) > at) isUnsorted = true;
    },

    /** Notes that the list showed the job, made at `createdAt`. */
    sighted(slot: number, createdAt: number): void {
      fields.misses[slot] = 0;
      fields.sighted[slot] = 1;
      if (fields.at[slot] === createdAt) return;
      fields.at[slot] = createdAt;
      isUnsorted = true;
    },

    /** Guesses the times of unsighted jobs anew: PhotoGPT's clock turned out to be `aheadMs` ahead of the database's. */
    guessTimes(aheadMs: number): void {
      for (const slot of slots.values()) {
        if (fields.sighted[slot]) continue;
        const at = (fields.submitted[slot] ?? 0) + aheadMs;
        if (fields.seen[slot] === fields.at[slot]) fields.seen[slot] = at;
        fields.at[slot] = at;
      }
      isUnsorted = true;
    },

    /** Moves looks that a fast clock noted for later than `now` back to `now`. */
    capSeen(now: number): void {
      for (const slot of slots.values()) fields.seen[slot] = Math.min(fields.seen[slot] ?? 0, now);
    },

    /** Removes a job that has ended or left the table. */
    remove(slot: number): void {
      if (fields.gone[slot]) return;
      slots.delete(remoteIds[slot] ?? '');
      remoteIds[slot] = '';
      fields.gone[slot] = 1;
      hasRemoved = true;
    },

    /** Returns the slots from the oldest job to the newest. The array is good until the next change. */
    order,

    /** Returns the slots of the jobs that were made from `lowest` to `highest`, both included. Good until the next change. */
    between(lowest: number, highest: number): Int32Array {
      const all = order();
      return all.subarray(placesUpTo(lowest, false), placesUpTo(highest, true));
    },
  };
}
