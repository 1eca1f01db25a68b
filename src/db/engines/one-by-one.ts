/** A transaction whose statements are sent one after the other, for drivers that can do no better. */
import type { Database } from '../connect.ts';
import { rowsOf } from '../raw-row.ts';

/** Returns `Database.together` for such a driver. */
export const oneByOne =
  (orm: Database['orm']): Database['together'] =>
  (queries) =>
    orm.transaction(async (transaction) => {
      const answers: Record<string, unknown>[][] = [];
      for (const query of queries) answers.push(rowsOf(await transaction.execute(query)));
      return answers;
    });
