/** A transaction whose statements are sent one after the other: where the driver can do no better. */
import type { Database } from '../connect.ts';
import { rowsOf } from '../raw-row.ts';

/** See `Database.together`. */
export const oneByOne =
  (orm: Database['orm']): Database['together'] =>
  (queries) =>
    orm.transaction(async (transaction) => {
      const answers: Record<string, unknown>[][] = [];
      for (const query of queries) answers.push(rowsOf(await transaction.execute(query)));
      return answers;
    });
