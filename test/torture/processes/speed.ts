/** How many times faster than the wall the clock of killed bots runs. */

/** The longest wait there is, two minutes for what became of a request, then takes six seconds. */
export const speed = 20;
