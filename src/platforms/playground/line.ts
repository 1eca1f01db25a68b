/** Reads and writes a call as a line of text: `/imagine prompt:a lighthouse ratio:16:9`. */
import type { Call, IncomingCall } from '../../chat.ts';
import type { Field, Sheet } from '../../commands/kit/sheet.ts';

/** The place of an option in a line: `from` is the start of its name, `start` that of its value, `to` its end. */
export type Mark = { name: string; from: number; start: number; to: number };

/** The parts of a line that starts with a slash. `free` is the text before the first option. */
type Parts = { command: string; sheet?: Sheet; free: Mark; marks: Mark[] };

/**
 * Returns the call of a typed line. Undefined when it is no command. The value of an option runs until the next `
 * name:` of an option of the command. A value in quotes runs until its closing quote. Text before the first option is
 * for the first required text option. Values stay text and `pictures` become a list, because the bot reads and judges
 * them.
 */
export function parseLine(text: string, sheets: readonly Sheet[]): Call | undefined {
  const parts = split(text, sheets);
  if (!parts) return undefined;
  const options = new Map<string, string | string[]>();
  for (const mark of [parts.free, ...parts.marks]) {
    const value = readValue(text.slice(mark.start, mark.to));
    const field = parts.sheet?.fields.find(({ name }) => name === mark.name);
    if (!field || !value) continue;
    const before = options.get(field.name);
    if (field.kind === 'pictures') options.set(field.name, [before ?? [], value.split(/[\s,]+/)].flat());
    else options.set(field.name, mark.name === parts.free.name && before ? `${before} ${value}` : value);
  }
  return { command: parts.command, options: Object.fromEntries(options) };
}

/**
 * Returns the command, the given options and the option at the caret of a line that is being typed. Undefined without a
 * command.
 */
export function readCaret(text: string, caret: number, sheets: readonly Sheet[]) {
  const parts = split(text, sheets);
  if (!parts?.sheet) return undefined;
  const within = (mark: Mark) => mark.start <= caret && caret <= mark.to;
  const mark = parts.marks.find(within) ?? (within(parts.free) && parts.free.name ? parts.free : undefined);
  const call = parseLine(text, sheets);
  return {
    command: parts.command,
    given: Object.keys(call?.options ?? {}),
    marks: parts.marks,
    at: mark && { ...mark, typed: text.slice(mark.start, caret).trimStart() },
  };
}

/**
 * Returns the line of a call, as a person could type it. Files appear by their names. It leaves out options that cannot
 * be typed.
 */
export function writeLine(call: Call | IncomingCall, sheets: readonly Sheet[]): string {
  const sheet = sheets.find(({ name }) => name === call.command);
  const words = (sheet?.fields ?? []).flatMap((field) => {
    const value = call.options[field.name];
    if (value === undefined || value === '') return [];
    const items = (Array.isArray(value) ? value : [value]).map((item) =>
      typeof item === 'object' ? item.name : String(item),
    );
    return items.length ? [`${field.name}:${quoted(items.join(field.kind === 'pictures' ? ', ' : ' '), sheet)}`] : [];
  });
  return [`/${call.command}`, ...words].join(' ');
}

/** Splits a line. Undefined when it is no command. */
function split(text: string, sheets: readonly Sheet[]): Parts | undefined {
  const known = (typed: RegExpExecArray | null) =>
    sheets.find(({ name }) => name === typed?.[1]?.toLowerCase().replace(/\s+/, ' '));
  // `/model create` is a command of two words. `/imagine create` is a command of one word, and its text.
  const two = /^\s*\/([\w-]+\s+[\w-]+)(?=\s|$)/.exec(text);
  const head = known(two) ? two : /^\s*\/([\w-]+)(?=\s|$)/.exec(text);
  const sheet = known(head);
  const command = sheet?.name ?? head?.[1]?.toLowerCase();
  if (!head || !command) return undefined;
  const marks = sheet ? marksIn(text, head[0].length, sheet) : [];
  const start = Math.min(head[0].length + 1, text.length);
  const free = { name: sheet ? freeField(sheet) : '', from: start, start, to: marks[0]?.from ?? text.length };
  return { command, sheet, free, marks };
}

/** Returns the options of a line in their order. */
function marksIn(text: string, from: number, sheet: Sheet): Mark[] {
  const names = new Set(sheet.fields.map(({ name }) => name));
  const pattern = /(?<=\s)([\w-]+):/g;
  pattern.lastIndex = from;
  const found: Mark[] = [];
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const name = match[1]?.toLowerCase() ?? '';
    if (!names.has(name)) continue;
    const start = pattern.lastIndex;
    found.push({ name, from: match.index, start, to: text.length });
    pattern.lastIndex = start + closingQuote(text.slice(start));
  }
  return found.map((mark, index) => ({ ...mark, to: found[index + 1]?.from ?? mark.to }));
}

/** Returns the option for words without a name, because people type `/imagine a lighthouse` and `/job 41`. */
function freeField({ fields }: Sheet): string {
  const wanted: ((field: Field) => boolean)[] = [
    (field) => field.required && field.kind === 'text',
    (field) => field.required && field.kind !== 'pictures',
    (field) => field.kind === 'text',
    (field) => field.kind !== 'pictures',
    () => true,
  ];
  return wanted.map((fits) => fields.find(fits)).find((field) => field)?.name ?? '';
}

/** Returns the length of a quoted value, or 0 without quotes. Phones type “ and ” instead of ". */
function closingQuote(value: string): number {
  return /^\s*(?:"[^"]*"|“[^”]*”)(?=\s|$)/.exec(value)?.[0].length ?? 0;
}

function readValue(raw: string): string {
  const value = raw.trim();
  return value && closingQuote(value) === value.length ? value.slice(1, -1) : value;
}

/** Returns a value, in quotes if it would be read as something else without them. */
function quoted(value: string, sheet: Sheet | undefined): string {
  const flat = value.replace(/\s+/g, ' ').trim();
  const isAmbiguous = sheet && (marksIn(` ${flat}`, 0, sheet).length > 0 || closingQuote(flat) > 0);
  if (!isAmbiguous) return flat;
  return flat.includes('"') ? `“${flat.replaceAll('”', '"')}”` : `"${flat}"`;
}
