/**
 * Turns a typed line into a call.
 *
 * Options have marks: `a red fox --ratio 16:9 --count 2`, `ratio:16:9`, `look:"film still"`. Word processors and phones
 * turn `--` into one long dash, and `"` into a pair of curly quotes, so those count as well.
 */
import type { Call } from '../../../chat.ts';
import type { Field, Sheet } from '../../../commands/kit/sheet.ts';

/** An option in a line: its mark begins at `from`, and its value at `start`. */
type Mark = { field: Field; from: number; start: number };

const markPattern = /(?<=^|\s)(?:(?:--|[—–])([a-z][\w-]*)(?=[\s=:]|$)[=:]?|([a-z][\w-]*):)/gi;
const quotePattern = /^\s*(?:"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|'([^']*)'(?=\s|$)|‘([^’]*)’(?=\s|$))/;

/**
 * Returns the call of `/command text`. Values stay text, and pictures become a list: the bot reads and checks them.
 * Words outside of the options are the value of the first required text, or of the field that people would most likely
 * type.
 *
 * An unknown option with two dashes stays in the call, so that the bot can name it. An unknown `name:` is a plain word.
 */
export function readLine(command: string, text: string, sheets: readonly Sheet[]): Call {
  const sheet = sheets.find(({ name }) => name === command);
  if (!sheet) return { command, options: {} };
  const marks = marksIn(text, sheet);
  const free = freeField(sheet);
  const options: Call['options'] = {};
  // Settings name people and channels by their ids. Prompts name them by what people call them.
  const readable = (field: Field, value: string) => (field.long && !sheet.moderators ? mentionsAsNames(value) : value);
  const looseWords: string[] = [text.slice(0, marks[0]?.from ?? text.length)];
  const isFreeNamed = marks.some(({ field }) => field.name === free?.name);
  const freeNeedsWords = !isFreeNamed && !looseWords[0]?.trim();
  for (const [index, mark] of marks.entries()) {
    const raw = text.slice(mark.start, marks[index + 1]?.from ?? text.length);
    const { value, rest } = splitValue(raw, mark.field, freeNeedsWords && mark.field.name !== free?.name);
    setOption(options, mark.field, readable(mark.field, value || (mark.field.kind === 'flag' ? 'true' : '')));
    looseWords.push(rest);
  }
  const words = looseWords.map((piece) => piece.trim()).filter(Boolean);
  if (free && words.length) setOption(options, free, readable(free, withoutQuotes(words.join(' '))));
  return { command, options };
}

/**
 * Returns the command of a line and the rest of the line. `model create …` is one command of two words. `/pg-imagine`
 * is `/imagine`, in a workspace where that name was taken. If there is no such command, `command` is the line's first
 * word.
 */
export function findCommand(line: string, sheets: readonly Sheet[]): { command: string; rest: string } {
  const [, first = '', second = ''] = /^\/?(\S+)(?:\s+(\S+))?/.exec(line.trim()) ?? [];
  const after = (words: string[]) => words.reduce((rest, word) => rest.trimStart().slice(word.length), line.trim());
  const slash = line.trim().startsWith('/') ? '/' : '';
  for (const name of [first.toLowerCase(), first.toLowerCase().replace(/^[a-z0-9]+-/, '')]) {
    const twoWords = `${name} ${second.toLowerCase()}`;
    if (second && sheets.some((sheet) => sheet.name === twoWords))
      return { command: twoWords, rest: after([slash + first, second]) };
    if (sheets.some((sheet) => sheet.name === name)) return { command: name, rest: after([slash + first]) };
  }
  return { command: first.toLowerCase(), rest: after([slash + first]) };
}

/** Takes Slack's encoding off a text: entities, and addresses in angle brackets. */
export function decodeText(text: string): string {
  return text
    .replace(/<(https?:\/\/[^|>\s]+)(?:\|[^>]*)?>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Replaces mentions of people and channels by the names that Slack gives with their ids. */
export const mentionsAsNames = (text: string): string =>
  text
    .replace(/<#[A-Z0-9]+\|([^>]+)>/g, '#$1')
    .replace(/<@[A-Z0-9]+\|([^>]+)>/g, '@$1')
    .replace(/<![^>|]+\|@?([^>]+)>/g, '@$1');

function marksIn(text: string, sheet: Sheet): Mark[] {
  const marks: Mark[] = [];
  let quoteEnd = 0;
  for (const match of text.matchAll(markPattern)) {
    const [whole, dashed, named] = match;
    const name = (dashed ?? named ?? '').toLowerCase();
    const field = sheet.fields.find((each) => each.name === name) ?? (dashed ? unknownField(name) : undefined);
    // A mark inside the quotes of an earlier value is part of that value.
    if (!field || match.index < quoteEnd) continue;
    const start = match.index + whole.length;
    quoteEnd = start + (quotePattern.exec(text.slice(start))?.[0].length ?? 0);
    marks.push({ field, from: match.index, start });
  }
  return marks;
}

const unknownField = (name: string): Field => ({
  name,
  kind: 'text',
  description: '',
  required: false,
  long: false,
  suggests: false,
  choices: [],
});

/**
 * Splits the text after a mark into the option's value and the words that follow it. A text takes all words, unless
 * `freeNeedsWords`: then the required text would have none. Other kinds take one word.
 */
function splitValue(raw: string, field: Field, freeNeedsWords: boolean): { value: string; rest: string } {
  const quote = quotePattern.exec(raw);
  if (quote) return { value: quotedIn(quote), rest: raw.slice(quote[0].length) };
  if (field.kind === 'text' && !freeNeedsWords) return { value: raw.trim(), rest: '' };
  const word = field.kind === 'pictures' ? /^\s*[^\s,]+(?:\s*,\s*[^\s,]+)*/ : /^\s*\S+/;
  const first = word.exec(raw)?.[0] ?? '';
  // In `--private a red fox`, the flag stands alone, and the words after it are not its value.
  if (field.kind === 'flag' && !/^\s*(true|false|yes|no|on|off|1|0)$/i.test(first)) return { value: '', rest: raw };
  return { value: first.trim(), rest: raw.slice(first.length) };
}

function setOption(options: Call['options'], { name, kind }: Field, value: string): void {
  if (!value) return;
  const before = options[name];
  if (kind === 'pictures')
    options[name] = [...(Array.isArray(before) ? before : []), ...value.split(/[\s,]+/).filter(Boolean)];
  else options[name] = value;
}

/** Returns the field that words without a mark are for: people type `/imagine a lighthouse` and `/show 41`. */
function freeField({ fields }: Sheet): Field | undefined {
  const preferences: ((field: Field) => boolean)[] = [
    ({ required, kind }) => required && kind === 'text',
    ({ required, kind }) => required && kind !== 'pictures',
    ({ kind }) => kind === 'text',
    ({ kind }) => kind !== 'flag',
  ];
  return preferences.map((fits) => fields.find(fits)).find((field) => field !== undefined);
}

function withoutQuotes(text: string): string {
  const quote = quotePattern.exec(text);
  return quote && quote[0].length === text.length ? quotedIn(quote) : text;
}

const quotedIn = (quote: RegExpExecArray): string => quote.slice(1).find((each) => each !== undefined) ?? '';
