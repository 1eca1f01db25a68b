/** The rules of the source: imports between parts, homes of vendors, parts that are handed in, names and comments. */
import { posix } from 'node:path';
import { bannedOpeners, strayTimings, undocumented, unitlessTimings } from './prose.ts';
import { allImports, codeOnly, type Import, type Sources } from './source-tree.ts';
import { misusedWords } from './words.ts';

/** A rule by name. `violations` returns a line for each breach. */
export type Rule = { name: string; violations(sources: Sources): string[] };

const words = ['chat.ts', 'errors/catalogue.ts', 'concurrency/', 'log.ts'];
const below = ['db/', 'photogpt/', ...words];
/** The parts of the API that are data or pure functions of it. Commands describe requests and never send one. */
const catalogue = [
  'photogpt/models/catalogue.ts',
  'photogpt/models/check-options.ts',
  'photogpt/models/model.ts',
  'type photogpt/',
];
/** Lists of the values that people can set. */
const choices = ['policy/rules.ts', 'policy/default-choices.ts'];
const kit = ['commands/kit/'];
/** Parts that every stage of a job's life may use. */
const jobsBelow = [...below, 'policy/', 'identities/', 'media/', 'jobs/timings.ts'];
const parts = [
  ...below,
  'policy/',
  'identities/',
  'erasure/',
  'media/',
  'jobs/',
  'commands/',
  'platforms/',
  'ops/',
  'app.ts',
  'config.ts',
];

/** Each part, and the files, folders or types of ours that it may import beside itself. */
const allowed: [part: string, may: string[]][] = [
  ['chat.ts', []],
  ['errors/from-trouble.ts', ['errors/', 'db/trouble.ts', 'media/files.ts']],
  ['errors/', []],
  ['concurrency/', ['log.ts']],
  ['log.ts', []],
  ['photogpt/', []],
  ['sandbox/', [...catalogue, 'concurrency/', 'log.ts']],
  ['db/', ['chat.ts', 'concurrency/', 'log.ts']],
  ['policy/', below],
  ['identities/', below],
  ['erasure/', below],
  ['media/', below],
  ['jobs/timings.ts', []],
  ['jobs/replicas/', [...below, 'jobs/timings.ts']],
  ['jobs/state/', [...jobsBelow, 'jobs/replicas/']],
  ['jobs/poll/', [...jobsBelow, 'jobs/state/', 'jobs/replicas/']],
  ['jobs/submit/', [...jobsBelow, 'jobs/state/', 'jobs/replicas/', 'jobs/poll/']],
  ['jobs/deliver/', [...jobsBelow, 'jobs/state/', 'jobs/replicas/', 'jobs/poll/']],
  ['jobs/recover/', [...jobsBelow, 'jobs/state/', 'jobs/replicas/', 'jobs/poll/', 'type jobs/deliver/']],
  ['jobs/', jobsBelow],
  ['app.ts', [...below, 'errors/from-trouble.ts', 'policy/', 'identities/', 'erasure/', 'media/', 'jobs/', 'ops/']],
  ['commands/', ['type app.ts', ...words, ...catalogue, 'photogpt/request-bodies.ts', ...choices]],
  [
    'platforms/discord/commands-main.ts',
    ['platforms/discord/', ...kit, ...words, 'commands/index.ts', 'commands/translations/translations.ts', 'config.ts'],
  ],
  ['platforms/slack/manifest-main.ts', ['platforms/slack/', ...kit, ...words, 'commands/index.ts']],
  ['platforms/discord/', [...kit, ...words]],
  ['platforms/slack/', [...kit, ...words]],
  ['platforms/playground/', [...kit, ...words]],
  ['ops/', ['type photogpt/', 'concurrency/', 'log.ts']],
  ['config.ts', ['ops/settings.ts']],
  ['process/', ['log.ts', '../package.json']],
  ['run-once.ts', parts],
  ['main.ts', [...parts, 'process/']],
  ['demo.ts', [...parts, 'process/', 'run-once.ts', 'sandbox/']],
];

/** Packages, or scopes of packages, and the only places that may import them. */
const homes: [vendor: string, places: string[]][] = [
  ['discord.js', ['platforms/discord/']],
  ['@discordjs/', ['platforms/discord/']],
  ['discord-api-types', ['platforms/discord/']],
  ['@slack/', ['platforms/slack/']],
  ['drizzle-orm', ['db/', 'store.ts']],
  ['@electric-sql/pglite', ['db/']],
  ['postgres', ['db/']],
  ['sharp', ['media/', 'sandbox/']],
  ['h264-mp4-encoder', ['sandbox/']],
  ['hono', ['sandbox/', 'ops/', 'platforms/playground/']],
  ['@hono/', ['sandbox/', 'ops/', 'platforms/playground/']],
  ['prom-client', ['ops/']],
  ['pino', ['log.ts']],
];

/** Globals that only the outermost files touch. All others are handed a clock, randomness and HTTP. */
const reachedFor: [what: string, pattern: RegExp, owners?: string[]][] = [
  ['Date.now', /\bDate\.now\b|\}\s*=\s*(globalThis\.)?Date\b/],
  ['new Date()', /\bnew Date\b(?!\s*\(\s*[^\s)])|(?<![.\w]|new )Date\(/],
  ['performance.now', /\bperformance\b|\bhrtime\b/],
  // A moved clock does not speed up bytes on a wire.
  ['setTimeout', /\bsetTimeout\b/, ['photogpt/wire/deadline.ts']],
  ['setInterval', /\bsetInterval\b/],
  // It ends a process before a pipe has taken what was printed.
  ['process.exit', /\bprocess\.exit\(/, ['process/signals.ts']],
  ['setImmediate', /\bsetImmediate\b/],
  ['Math.random', /\bMath\.random\b|\}\s*=\s*(globalThis\.)?Math\b/],
  ['fetch', /(?<![.\w])fetch\(|\bglobalThis\.fetch\(/],
  // Adapters can be opened alone, and then use the global one.
  [
    'the global fetch',
    /(?<!typeof )\bglobalThis\.fetch\b/,
    ['platforms/discord/discord.ts', 'platforms/slack/slack.ts', 'sandbox/server.ts'],
  ],
  // For names that must be unguessable or unique to a replica. No decision depends on their value.
  [
    'chance of the system’s',
    /\b(randomUUID|randomBytes|randomInt|getRandomValues|randomFill(Sync)?)\b/,
    [
      'jobs/assemble-pipeline.ts',
      'run-once.ts',
      'media/files.ts',
      'platforms/discord/rest/api.ts',
      'platforms/slack/install/seal.ts',
      'sandbox/server.ts',
    ],
  ],
];
const outermost = ['concurrency/clock.ts', 'main.ts', 'demo.ts', 'sandbox/main.ts', 'platforms/playground/page/'];
/** `fetch` as a parameter or taken out of one: then a call of it is not a call of the global one. */
const isHandedFetch = /[{,(]\s*fetch\s*[,:}=?)]/;

const nothingNames = /^(types?|interfaces|utils?|helpers?|common|shared|constants|misc)$/;
const emptySuffix = /(^|-)(manager|service|handler|base)$/;
const longest = 300;
const mostFiles = 13;
/** Folders that are lists: a file for each command, for each part of the page, for each thing that can be drawn. */
const openRooms = new Set(['commands', 'platforms/playground/page', 'sandbox/studio']);

/** Whether `path` is the file `place`, in the folder `place/`, or a store: a file whose name ends in store.ts. */
const isAt = (path: string, place: string) =>
  place.endsWith('/')
    ? path.startsWith(place)
    : path === place || (place === 'store.ts' && /[-/]store\.ts$/.test(path));
const partOf = (path: string) => allowed.find(([part]) => isAt(path, part));
const describe = ({ from, target, typeOnly }: Import) => `${from} imports ${typeOnly ? 'types of ' : ''}${target}`;

function mayImport({ from, target, typeOnly }: Import): boolean {
  const [part, may] = partOf(from) ?? [];
  if (!part || !may) return false;
  if (isAt(target, part)) return true;
  return may.some((entry) =>
    entry.startsWith('type ') ? typeOnly && isAt(target, entry.slice(5)) : isAt(target, entry),
  );
}

/** Circles among imports that are there when the bot runs; types may refer to each other. */
function circles(sources: Sources): string[] {
  const loading = allImports(sources).filter(({ ours, typeOnly }) => ours && !typeOnly);
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: string[]) => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (trail.includes(path) || done.has(path)) return;
    for (const { from, target } of loading) if (from === path) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return found;
}

function groupByFolder(paths: string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const path of paths) folders.set(posix.dirname(path), [...(folders.get(posix.dirname(path)) ?? []), path]);
  return folders;
}

/** The rules, in the order in which ARCHITECTURE.md gives its reasons for them. */
export const rules: Rule[] = [
  {
    name: 'every file belongs to a part',
    violations: (sources) => [...sources.keys()].filter((path) => !partOf(path)),
  },
  {
    name: 'a part imports only what it may',
    violations: (sources) =>
      allImports(sources)
        .filter((one) => one.ours && !mayImport(one))
        .map(describe),
  },
  {
    name: 'nobody imports what is started',
    violations: (sources) =>
      allImports(sources)
        .filter(({ ours, target }) => ours && ['main.ts', 'demo.ts'].includes(posix.basename(target)))
        .map(describe),
  },
  {
    name: 'a vendor stays at home',
    violations: (sources) =>
      allImports(sources).flatMap((one) =>
        homes
          .filter(([vendor]) => one.target === vendor || one.target.startsWith(vendor.replace(/\/?$/, '/')))
          .filter(([, places]) => !one.ours && !places.some((place) => isAt(one.from, place)))
          .map(() => describe(one)),
      ),
  },
  { name: 'nothing is imported in a circle', violations: circles },
  {
    name: 'only config.ts reads the environment',
    violations: (sources) =>
      [...sources]
        .filter(([path, text]) => path !== 'config.ts' && /\bprocess\s*(\?\.|\.|\[)\s*(env\b|'')/.test(codeOnly(text)))
        .map(([path]) => path)
        .concat(
          allImports(sources)
            .filter(({ target }) => target === 'node:process')
            .map(describe),
        ),
  },
  {
    name: 'time, chance and the network are handed in',
    violations: (sources) => {
      const inner = [...sources].filter(([path]) => !outermost.some((place) => isAt(path, place)));
      const touched = inner.flatMap(([path, text]) => {
        const code = codeOnly(text);
        return reachedFor
          .filter(([, , owners = []]) => !owners.includes(path))
          .filter(([what, pattern]) => pattern.test(code) && !(what === 'fetch' && isHandedFetch.test(code)))
          .map(([what]) => `${path} reaches for ${what}`);
      });
      return touched.concat(
        allImports(new Map(inner))
          .filter(({ target }) => /^node:timers/.test(target))
          .map(describe),
      );
    },
  },
  {
    name: `no file is longer than ${longest} lines`,
    violations: (sources) =>
      [...sources]
        .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
        .filter(({ lines }) => lines > longest)
        .map(({ path, lines }) => `${path} has ${lines} lines`),
  },
  {
    name: 'a file is named for one thing, in kebab-case',
    violations: (sources) =>
      [...sources.keys()].filter((path) =>
        path
          .replace(/\.[jt]s$/, '')
          .split('/')
          .some((name) => nothingNames.test(name) || emptySuffix.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)),
      ),
  },
  {
    name: 'every exported name has a doc comment',
    violations: undocumented,
  },
  {
    name: 'a comment does not begin with a word that hides its subject',
    violations: bannedOpeners,
  },
  {
    name: 'a timing says its unit',
    violations: unitlessTimings,
  },
  {
    name: 'a number about time stands in a file of timings',
    violations: strayTimings,
  },
  {
    name: 'a word keeps its meaning',
    violations: misusedWords,
  },
  {
    name: 'arguments are not packed to save lines',
    violations: (sources) =>
      [...sources].filter(([, text]) => /\.\.\.\{ (?!type\b)/.test(codeOnly(text))).map(([path]) => path),
  },
  {
    name: `a room has at most ${mostFiles} files`,
    violations: (sources) => {
      const rooms = groupByFolder([...sources.keys()]);
      return [...rooms]
        .filter(([room, files]) => files.length > mostFiles && !openRooms.has(room))
        .map(([room, files]) => `${room}/ has ${files.length} files`);
    },
  },
];
