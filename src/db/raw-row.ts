/** Rows of a table that a hand-written statement gave, as drizzle's own statements would have given them. */
import { getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** Every column of the table, for `returning` or `select`: one piece of text, because each piece of a statement costs. */
export const columnsOf = (table: PgTable): SQL =>
  sql.raw(
    Object.values(getTableColumns(table))
      .map(({ name }) => `"${getTableName(table)}"."${name}"`)
      .join(', '),
  );

/** Reads what came for `columnsOf(table)`, each value by its column; more than that is left out. */
export function readerOf<Table extends PgTable>(table: Table) {
  const columns = Object.entries(getTableColumns(table));
  return (raw: Record<string, unknown>): Table['$inferSelect'] => {
    const row: Record<string, unknown> = {};
    for (const [key, column] of columns) {
      const value = raw[column.name];
      row[key] = value === null ? null : column.mapFromDriverValue(value);
    }
    // Each was read by the column that has its type.
    return row as Table['$inferSelect'];
  };
}

/** `keys` of a row for `jsonb_to_recordset(…)`: by the columns' own names, with the default where there is nothing. */
export function recordFor<Table extends PgTable, Key extends string>(
  table: Table,
  row: { [K in Key]?: unknown },
  keys: readonly Key[],
): Record<string, unknown> {
  const columns = new Map(Object.entries(getTableColumns(table)));
  return Object.fromEntries(keys.map((key) => [columns.get(key)?.name, row[key] ?? columns.get(key)?.default ?? null]));
}

/** The rows of a statement that was run by hand: one driver gives them as they are, the other among more. */
export function rowsOf(answer: unknown): Record<string, unknown>[] {
  if (Array.isArray(answer)) return answer;
  if (typeof answer === 'object' && answer !== null && 'rows' in answer) return rowsOf(answer.rows);
  throw new Error('a statement gave no rows');
}
