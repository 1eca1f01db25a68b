/** Rows of a table that a hand-written statement gave, as drizzle's own statements would have given them. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** Every column of the table, for `returning` or `select`. */
export const columnsOf = (table: PgTable): SQL =>
  sql.join(
    Object.values(getTableColumns(table)).map((column) => sql`${column}`),
    sql`, `,
  );

/** What came for `columnsOf(table)`, read by each column; more than that is left out. */
export function rowOf<Table extends PgTable>(table: Table, raw: Record<string, unknown>): Table['$inferSelect'] {
  const read = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = raw[column.name];
    return [key, value === null ? null : column.mapFromDriverValue(value)];
  });
  // Each was read by the column that has its type.
  return Object.fromEntries(read) as Table['$inferSelect'];
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
