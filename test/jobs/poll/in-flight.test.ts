import { describe, expect, it } from 'vitest';
import { createInFlight } from '../../../src/jobs/poll/in-flight.ts';

/** Adds jobs with ids of 1, 2 and so on, that were submitted at these times. */
function openInFlight(times: number[]) {
  const inFlight = createInFlight();
  for (const [index, at] of times.entries()) {
    inFlight.add({ id: index + 1, remoteId: `remote-${at}`, model: 'm', submittedAt: at }, 1);
  }
  const slotOf = (at: number) => inFlight.slotOf(`remote-${at}`) ?? -1;
  const idsOf = (slots: Int32Array) => [...slots].map((slot) => inFlight.jobAt(slot).id);
  return { inFlight, slotOf, idsOf };
}

describe('the jobs in flight', () => {
  it('keep the rows of ended jobs where those stood', () => {
    const { inFlight, slotOf, idsOf } = openInFlight([10, 20, 30, 40, 50]);
    for (const at of [20, 30, 50]) inFlight.remove(slotOf(at));
    expect(idsOf(inFlight.order())).toEqual([1, 4]);
    expect(inFlight.fields().rows[slotOf(40)]).toBe(3);
    expect(inFlight.rowsAbove()).toBe(1);
    inFlight.add({ id: 6, remoteId: 'remote-60', model: 'm', submittedAt: 60 }, 1);
    expect(inFlight.fields().rows[slotOf(60)]).toBe(2);
  });

  it('stand in the order of their times', () => {
    const { inFlight, slotOf, idsOf } = openInFlight([10, 40, 60]);
    inFlight.sighted(slotOf(10), 70);
    expect(idsOf(inFlight.order())).toEqual([2, 3, 1]);
    expect(idsOf(inFlight.between(40, 60))).toEqual([2, 3]);
  });

  it('guess the rows between two jobs from our ids', () => {
    const inFlight = createInFlight();
    for (const id of [7, 8, 500, 490]) inFlight.add({ id, remoteId: `remote-${id}`, model: 'm', submittedAt: id }, 1);
    const rowsOf = (id: number) => inFlight.fields().rows[inFlight.slotOf(`remote-${id}`) ?? -1];
    expect([7, 8, 500].map(rowsOf)).toEqual([1, 1, 492]);
    // A job that was made earlier and is known later stands at least in its own row.
    expect(rowsOf(490)).toBe(1);
  });

  it('are told by the time of the database when their ids came', () => {
    const { inFlight, slotOf } = openInFlight([10]);
    inFlight.sighted(slotOf(10), 70);
    expect(inFlight.jobAt(slotOf(10)).submittedAt).toBe(10);
  });

  it('hold a slot until they are removed', () => {
    const { inFlight, slotOf } = openInFlight([10]);
    const slot = slotOf(10);
    const job = inFlight.jobAt(slot);
    expect(inFlight.holds(slot, job)).toBe(true);
    inFlight.remove(slot);
    expect(inFlight.holds(slot, job)).toBe(false);
  });

  it('grow, and use their slots again', () => {
    const inFlight = createInFlight();
    for (let round = 0; round < 4; round += 1) {
      for (let id = 0; id < 1_000; id += 1) {
        inFlight.add(
          { id, remoteId: `remote-${round}-${id}`, model: `m-${id % 7}`, submittedAt: round * 1_000 + id },
          1,
        );
      }
      expect(inFlight.size()).toBe(1_000);
      expect(inFlight.jobAt(inFlight.slotOf(`remote-${round}-999`) ?? 0)).toMatchObject({ id: 999, model: 'm-5' });
      for (const slot of inFlight.order().slice()) inFlight.remove(slot);
    }
    expect(inFlight.order()).toHaveLength(0);
    expect(inFlight.fields().id.length).toBeLessThan(4_100);
  });
});
