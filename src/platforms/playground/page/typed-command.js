// @ts-check
/** The command at the beginning of a typed line. */

/** @typedef {import('../../../commands/kit/sheet.ts').Sheet} Sheet */

/**
 * The command that a line begins with, if there is one of that name. `/model create` counts before `/model` would.
 * @param {string} line
 * @param {Sheet[]} sheets
 */
export function typedCommand(line, sheets) {
  const words = `${line.trimStart().toLowerCase().replace(/\s+/g, ' ')} `;
  const longestFirst = [...sheets].sort((a, b) => b.name.length - a.name.length);
  return longestFirst.find(({ name }) => words.startsWith(`/${name} `));
}
