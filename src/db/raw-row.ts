/** Reads and writes rows of a table in hand-written statements, as drizzle's own statements would. */
import { getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** Returns all columns of the table, for `returning` or `select`. One piece of text, because each piece of a statement costs time. */
export const columnsOf = (table: PgTable): SQL =>
  sql.raw(
    Object.values(getTableColumns(table))
      .map(({ name }) => `"${getTableName(table)}"."${name}"`)
      .join(', '),
  );

/** Returns a function that reads a row of `columnsOf(table)`. Values of other columns are left out. */
export function readerOf<Table extends PgTable>(table: Table) {
  const columns = Object.entries(getTableColumns(table));
  return (raw: Record<string, unknown>): Table['$inferSelect'] => {
    const row: Record<string, unknown> = {};
    for (const [key, column] of columns) {
      const value = raw[column.name];
      row[key] = value === null ? null : column.mapFromDriverValue(value);
    }
    // The column of each value has decided its type.
    return row as Table['$inferSelect'];
  };
}

/** Returns `keys` of a row for `jsonb_to_recordset(…)`, under the names of their columns. A missing value becomes the column's default. */
export function recordFor<Table extends PgTable, Key extends string>(
  table: Table,
  row: { [K in Key]?: unknown },
  keys: readonly Key[],
): Record<string, unknown> {
  const columns = new Map(Object.entries(getTableColumns(table)));
  return Object.fromEntries(keys.map((key) => [columns.get(key)?.name, row[key] ?? columns.get(key)?.default ?? null]));
}

/** Returns the rows of a driver's answer. One driver gives the rows alone, the other gives them among more. Throws without rows. */
export function rowsOf(answer: unknown): Record<string, unknown>[] {
  if (Array.isArray(answer)) return answer;
  if (typeof answer === 'object' && answer !== null && 'rows' in answer) return rowsOf(answer.rows);
  throw new Error('a statement gave no rows');
}
