/** How the source and its tests read: doc comments, openers of comments, lengths of titles. */
import type { Sources } from './source-tree.ts';

/** Declarations that other files can import. Re-exports carry the comment of what they name. */
const exported =
  /^export (?:async |abstract |declare )*(?:function\*?|const|let|type|interface|class|enum) (?<name>[\w$]+)/;

/** Lines that may stand between a doc comment and its declaration. */
const between = /^\s*\/\/|^@/;

/** Returns `path: name` for each exported name whose declaration has no doc comment. Overloads share the first one's. */
export function undocumented(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.split('\n');
    const seen = new Set<string>();
    return lines.flatMap((line, index) => {
      const name = exported.exec(line)?.groups?.name;
      if (!name || seen.has(name)) return [];
      seen.add(name);
      let above = index - 1;
      while (above >= 0 && between.test(lines[above] ?? '')) above -= 1;
      return isDocEnd(lines, above) ? [] : [`${path}: ${name}`];
    });
  });
}

/** Whether the line ends a doc comment that is not the file's header alone. */
function isDocEnd(lines: string[], index: number): boolean {
  if (!lines[index]?.trimEnd().endsWith('*/')) return false;
  let start = index;
  while (start > 0 && !lines[start]?.trimStart().startsWith('/*')) start -= 1;
  return lines[start]?.trimStart().startsWith('/**') === true;
}

/** Openers that make a reader guess the subject. */
const bannedOpener = /(?:^|\s)(?:\/\*\*|\/\/|\*) (?<opener>What|Who|Whoever|Nobody|Where|Of|So)\s/;

/** Returns `path:line` for each comment that begins with a banned opener. */
export function bannedOpeners(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      const opener = bannedOpener.exec(line)?.groups?.opener;
      // A line that goes on with the sentence of the line above begins nothing.
      const previous = lines[index - 1]?.trim() ?? '';
      const goesOn = /^(\/\/|\*) [^@]/.test(previous) && !/[.:!?`)]$/.test(previous) && !/^\/\*\*/.test(line.trim());
      return opener && !goesOn ? [`${path}:${index + 1} begins with “${opener}”`] : [];
    });
  });
}

const title = /\b(?:it|test|describe)(?:\.\w+(?:\([^)]*\))?)?\(\s*(['"`])(?<said>(?:\\.|(?!\1)[^\\])*)\1/g;
const titleOfTable = /^\s*\](?: as const)?\)\(\s*(['"`])(?<said>(?:\\.|(?!\1)[^\\])*)\1/gm;

/** Most characters of a title, so that a list of failures can be read. */
export const maxTitle = 100;

/** Returns `path: title` for each title of a test or group that is too long. */
export function longTitles(tests: Sources): string[] {
  return [...tests].flatMap(([path, text]) =>
    [title, titleOfTable].flatMap((form) =>
      [...text.matchAll(form)]
        .map(({ groups }) => groups?.said ?? '')
        .filter((said) => said.length > maxTitle)
        .map((said) => `${path}: ${said}`),
    ),
  );
}

/** Names of numbers and rates that say in what they are counted. */
const unit = /(Ms|Seconds|Minutes|Hours|Days|PerSecond|PerMinute)$/;

/** Returns `path: name` for each exported name of a file of timings that does not say its unit. */
export function unitlessTimings(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => /(^|\/)timings\.[jt]s$/.test(path))
    .flatMap(([path, text]) =>
      text
        .split('\n')
        .flatMap((line) => exported.exec(line)?.groups?.name ?? [])
        .filter((name) => !unit.test(name) && !/^[A-Z]/.test(name))
        .map((name) => `${path}: ${name}`),
    );
}

/** A number with a name that says milliseconds, seconds or the like, declared at the top of a file. */
const strayTiming = /^(?:export )?const (?<name>\w+(?:Ms|Seconds|Minutes|Hours|Days)) = [\d_.\s*]+;/;

/** Returns `path: name` for each number about time that stands outside of a file of timings. */
export function strayTimings(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => !/(^|\/)timings\.[jt]s$/.test(path))
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line) => {
        const name = strayTiming.exec(line)?.groups?.name;
        return name ? [`${path}: ${name}`] : [];
      }),
    );
}
