/** The source files as text, and what each of them imports. */
import { readdir, readFile } from 'node:fs/promises';
import { posix } from 'node:path';

/** Path below src/, with forward slashes, to text. */
export type Sources = ReadonlyMap<string, string>;

/** `target` is a path below src/ or a package's specifier. `typeOnly` imports leave nothing behind when the bot runs. */
export type Import = { from: string; target: string; ours: boolean; typeOnly: boolean };

/** Every script below src/, the playground's page included. */
export const readSources = () => readScripts(new URL('../../src/', import.meta.url));

/** Every script below test/. */
export const readTests = () => readScripts(new URL('../', import.meta.url));

async function readScripts(folder: URL): Promise<Sources> {
  const paths = (await readdir(folder, { recursive: true })).map((path) => path.replaceAll('\\', '/'));
  const scripts = paths.filter((path) => /\.[jt]s$/.test(path)).sort();
  return new Map(
    await Promise.all(scripts.map(async (path) => [path, await readFile(new URL(path, folder), 'utf8')] as const)),
  );
}

// Strings and regular expressions are matched as well, so that a // or a quote inside them is not taken for a beginning.
// A slash begins a regular expression only after what cannot end a value.
const tokens = [
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*/,
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/,
  /`(?:\\.|[^`\\])*`/,
  /(?<=[(,=:[!&|?{};>]\s*|\breturn\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*/,
];
const token = new RegExp(tokens.map(({ source }) => `(${source})`).join('|'), 'g');

/** The text without its comments; line ends stay. */
function withoutComments(text: string): string {
  return text.replace(token, (found, comment) => (comment ? found.replace(/[^\n]+/g, ' ') : found));
}

/** The text without comments, and without what stands in strings and regular expressions; templates stay. */
export function codeOnly(text: string): string {
  return text.replace(token, (found, _comment, _string, template) => template ?? found.replace(/[^\n]+/g, "''"));
}

const statement = /^[ \t]*(?:import|export)\b(?<clause>[^'"`;()=]*?)\bfrom\s*['"](?<target>[^'"]+)['"]/gm;
const others = [/^[ \t]*import\s*['"]([^'"]+)['"]/gm, /\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g];

/** Everything that the file imports, re-exports or imports while it runs. */
export function importsOf(from: string, text: string): Import[] {
  const code = withoutComments(text);
  const named = [...code.matchAll(statement)].map(({ groups }) => ({
    target: groups?.target ?? '',
    // `import { type A }` still loads the file; only `import type` does not.
    typeOnly: /^\s+type\s+[\w*{]/.test(groups?.clause ?? ''),
  }));
  const unnamed = others.flatMap((form) =>
    [...code.matchAll(form)].map(([, target = '']) => ({ target, typeOnly: false })),
  );
  return [...named, ...unnamed].map(({ target, typeOnly }) => {
    const ours = target.startsWith('.');
    return { from, target: ours ? posix.join(posix.dirname(from), target) : target, ours, typeOnly };
  });
}

/** The imports of all files. */
export function allImports(sources: Sources): Import[] {
  return [...sources].flatMap(([path, text]) => importsOf(path, text));
}
