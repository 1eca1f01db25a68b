/** Words that lost their place, and words that may be used in one place only. See the glossary in ARCHITECTURE.md. */
import { codeOnly, type Sources } from './source-tree.ts';

/** Each meant several things, or nothing that an engineer would search for. The second is the word to use. */
const retiredWords: ReadonlyMap<string, string> = new Map([
  ['pace', 'rate limit, API rate, call allowance or batch clock'],
  ['patience', 'a time limit with its unit'],
  ['enough', 'the number, or sleepOver'],
  ['bell', 'notifier'],
  ['desk', 'the name of the thing'],
  ['roster', 'in flight'],
  ['insist', 'retry'],
  ['mishap', 'uncaught error'],
  ['excuse', 'user error'],
  ['whisper', 'ephemeral'],
  ['speech', 'messages'],
  ['fellow', 'peer'],
  ['farewell', 'a time limit with its unit'],
  ['lately', 'a time with its unit'],
  ['believed', 'a time to live with its unit'],
]);

/** Words with one meaning, and the only places whose code may use them. */
const boundWords: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'share',
    [
      'identities/',
      'commands/',
      'errors/models.ts',
      'db/schema/identity-schema.ts',
      'photogpt/models/video-models.ts',
      'chat.ts',
      'platforms/',
    ],
  ],
  // The key overBudget is kept in databases, and /budget is a command.
  ['budget', ['commands/', 'platforms/', 'errors/']],
  // Promises settle, and files and pending calls are swept. In the life of a job the words are finish and poll.
  ['settle', ['media/', 'db/', 'platforms/', 'sandbox/', 'commands/', 'concurrency/']],
  ['sweep', ['media/', 'db/', 'platforms/', 'sandbox/']],
]);

/** The code of a text with nothing of its templates but the code in their holes. */
const withoutTemplates = (text: string): string =>
  codeOnly(text).replace(/`[^`]*`/g, (template) =>
    [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, hole = '']) => hole).join(' '),
  );

/** The words of the identifiers in a text, in lower case and without a plural. `createRateLimits` has three. */
function wordsOf(text: string): Set<string> {
  const identifiers = withoutTemplates(text).match(/[A-Za-z_$][\w$]*/g) ?? [];
  const words = identifiers.flatMap((name) => name.split(/(?<=[a-z0-9])(?=[A-Z])|_/));
  return new Set(words.map((word) => word.toLowerCase().replace(/(?<=[^s])s$/, '')));
}

const isAt = (path: string, place: string) => (place.endsWith('/') ? path.startsWith(place) : path === place);

/** Returns `path: word` for each retired word in an identifier, and each bound word outside of its places. */
export function misusedWords(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const words = wordsOf(text);
    const retired = [...retiredWords].filter(([word]) => words.has(word));
    const bound = [...boundWords].filter(([word, places]) => words.has(word) && !places.some((at) => isAt(path, at)));
    return [
      ...retired.map(([word, better]) => `${path}: “${word}” (say ${better})`),
      ...bound.map(([word]) => `${path}: “${word}” has another meaning here`),
    ];
  });
}
