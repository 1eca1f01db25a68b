/** Writes figures as a table, for a terminal and for Markdown. */
import { type Figure, isMet, rounded } from './figure.ts';

const heads = ['figure', 'ours', 'rivals', 'target', 'met?'];

function cells({ name, unit, ours, rivals = {}, target, skipped, ...rest }: Figure): string[] {
  const met = isMet({ name, unit, ours, target, ...rest });
  const bound = target && ('atMost' in target ? `≤ ${rounded(target.atMost)}` : `≥ ${rounded(target.atLeast)}`);
  const others = Object.entries(rivals).map(([who, value]) => `${who} ${rounded(value)}`);
  return [
    name,
    ours === undefined ? `not measured: ${skipped ?? 'unknown why'}` : `${rounded(ours)} ${unit}`,
    others.join(', '),
    bound ? `${bound} ${unit}` : '',
    met === undefined ? '' : met ? 'yes' : 'no',
  ];
}

/** Returns the table in columns of equal width. */
export function forTerminal(figures: Figure[]): string {
  const rows = [heads, ...figures.map(cells)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Returns the table in Markdown. */
export function forMarkdown(figures: Figure[]): string {
  const line = (row: string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...figures.map((figure) => line(cells(figure)))].join('\n');
}
