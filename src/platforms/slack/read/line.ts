/** A typed line as a call: `a red fox --ratio 16:9 --count 2`, `ratio:16:9`, quoted values, pasted dashes and quotes. */
import type { Call } from '../../../chat.ts';
import type { Field, Sheet } from '../../../commands/kit/sheet.ts';

/** One option as it stands in a line: `from` its mark, `start` its value. */
type Mark = { field: Field; from: number; start: number };

/** Word processors and phones turn `--` into one long dash, and `"` into a pair of curly quotes. */
const marking = /(?<=^|\s)(?:(?:--|[—–])([a-z][\w-]*)(?=[\s=:]|$)[=:]?|([a-z][\w-]*):)/gi;
const quoting = /^\s*(?:"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|'([^']*)'(?=\s|$)|‘([^’]*)’(?=\s|$))/;

/**
 * The call of `/command text`. Values stay text, and `pictures` become a list: the bot reads and judges them. What
 * stands in front of the options is for the first required one. Marks of options that the command does not have are
 * kept when they were written with two dashes, so that the bot can say so; `name:` is then just a word.
 */
export function readLine(command: string, text: string, sheets: readonly Sheet[]): Call {
  const sheet = sheets.find(({ name }) => name === command);
  if (!sheet) return { command, options: {} };
  const marks = marksIn(text, sheet);
  const free = freeField(sheet);
  const options: Call['options'] = {};
  // Settings name people and channels by what Slack knows them under.
  const say = (field: Field, value: string) => (field.long && !sheet.moderators ? spoken(value) : value);
  const loose: string[] = [text.slice(0, marks[0]?.from ?? text.length)];
  const namesFree = marks.some(({ field }) => field.name === free?.name);
  const needsRest = !namesFree && !loose[0]?.trim();
  for (const [at, mark] of marks.entries()) {
    const raw = text.slice(mark.start, marks[at + 1]?.from ?? text.length);
    const { value, rest } = split(raw, mark.field, needsRest && mark.field.name !== free?.name);
    put(options, mark.field, say(mark.field, value || (mark.field.kind === 'flag' ? 'true' : '')));
    loose.push(rest);
  }
  const words = loose.map((piece) => piece.trim()).filter(Boolean);
  if (free && words.length) put(options, free, say(free, unquoted(words.join(' '))));
  return { command, options };
}

/**
 * Which command a line is about, and the rest of it: `model create …` is one command of two words. `/pg-imagine` is
 * `/imagine` in a workspace where the name was taken. What is no command is given back as its first word.
 */
export function findCommand(line: string, sheets: readonly Sheet[]): { command: string; rest: string } {
  const [, first = '', second = ''] = /^\/?(\S+)(?:\s+(\S+))?/.exec(line.trim()) ?? [];
  const after = (words: string[]) => words.reduce((rest, word) => rest.trimStart().slice(word.length), line.trim());
  const slash = line.trim().startsWith('/') ? '/' : '';
  for (const name of [first.toLowerCase(), first.toLowerCase().replace(/^[a-z0-9]+-/, '')]) {
    const two = `${name} ${second.toLowerCase()}`;
    if (second && sheets.some((sheet) => sheet.name === two))
      return { command: two, rest: after([slash + first, second]) };
    if (sheets.some((sheet) => sheet.name === name)) return { command: name, rest: after([slash + first]) };
  }
  return { command: first.toLowerCase(), rest: after([slash + first]) };
}

/** Takes Slack's encoding off a text: entities, and addresses in angle brackets. */
export function plainWords(text: string): string {
  return text
    .replace(/<(https?:\/\/[^|>\s]+)(?:\|[^>]*)?>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** People and channels by the names that Slack gives with their ids, for texts in which no id means anything. */
export const spoken = (text: string) =>
  text
    .replace(/<#[A-Z0-9]+\|([^>]+)>/g, '#$1')
    .replace(/<@[A-Z0-9]+\|([^>]+)>/g, '@$1')
    .replace(/<![^>|]+\|@?([^>]+)>/g, '@$1');

function marksIn(text: string, sheet: Sheet): Mark[] {
  const found: Mark[] = [];
  let taken = 0;
  for (const match of text.matchAll(marking)) {
    const [whole, dashed, named] = match;
    const name = (dashed ?? named ?? '').toLowerCase();
    const field = sheet.fields.find((each) => each.name === name) ?? (dashed ? unknown(name) : undefined);
    // A mark inside the quotes of an earlier value is part of that value.
    if (!field || match.index < taken) continue;
    const start = match.index + whole.length;
    taken = start + (quoting.exec(text.slice(start))?.[0].length ?? 0);
    found.push({ field, from: match.index, start });
  }
  return found;
}

const unknown = (name: string): Field => ({
  ...{ name, kind: 'text', description: '', required: false, long: false, suggests: false, choices: [] },
});

/** One word for numbers, flags and choices; as much as there is for texts, unless a required text would go without. */
function split(raw: string, field: Field, needsRest: boolean): { value: string; rest: string } {
  const quote = quoting.exec(raw);
  if (quote)
    return { value: quote.slice(1).find((each) => each !== undefined) ?? '', rest: raw.slice(quote[0].length) };
  if (field.kind === 'text' && !needsRest) return { value: raw.trim(), rest: '' };
  const word = field.kind === 'pictures' ? /^\s*[^\s,]+(?:\s*,\s*[^\s,]+)*/ : /^\s*\S+/;
  const first = word.exec(raw)?.[0] ?? '';
  // `--private a red fox`: the flag stands alone, and what follows is not its value.
  if (field.kind === 'flag' && !/^\s*(true|false|yes|no|on|off|1|0)$/i.test(first)) return { value: '', rest: raw };
  return { value: first.trim(), rest: raw.slice(first.length) };
}

function put(options: Call['options'], { name, kind }: Field, value: string): void {
  if (!value) return;
  const before = options[name];
  if (kind === 'pictures')
    options[name] = [...(Array.isArray(before) ? before : []), ...value.split(/[\s,]+/).filter(Boolean)];
  else options[name] = value;
}

/** People type `/imagine a lighthouse` and `/show 41`. */
function freeField({ fields }: Sheet): Field | undefined {
  const wanted: ((field: Field) => boolean)[] = [
    ({ required, kind }) => required && kind === 'text',
    ({ required, kind }) => required && kind !== 'pictures',
    ({ kind }) => kind === 'text',
    ({ kind }) => kind !== 'flag',
  ];
  return wanted.map((fits) => fields.find(fits)).find((field) => field !== undefined);
}

const unquoted = (text: string) => {
  const quote = quoting.exec(text);
  return quote && quote[0].length === text.length ? (quote.slice(1).find((each) => each !== undefined) ?? '') : text;
};
