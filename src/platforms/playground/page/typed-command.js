// @ts-check
/** The command at the beginning of a typed line. */

/** @typedef {import('../../../commands/kit/sheet.ts').Sheet} Sheet */

/**
 * Returns the command at the beginning of a line. Undefined without one. `/model create` wins over `/model`.
 * @param {string} line
 * @param {Sheet[]} sheets
 */
export function typedCommand(line, sheets) {
  const words = `${line.trimStart().toLowerCase().replace(/\s+/g, ' ')} `;
  const longestFirst = [...sheets].sort((a, b) => b.name.length - a.name.length);
  return longestFirst.find(({ name }) => words.startsWith(`/${name} `));
}
