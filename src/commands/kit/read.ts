/** Reads the options of a call into the values that a command declares, or refuses them with one sentence. */
import type { Attachment } from '../../chat.ts';
import { refuse } from '../../errors/catalogue.ts';
import type { Command, Context, NumberOption, Option, Options, Read, TextOption } from './define.ts';
import { isAbsent } from './sheet.ts';

/**
 * Reads every option of `command` from `given`. Files become ids of kept pictures. Throws `UserError` for an unknown
 * option, a missing one, or a value that does not fit.
 */
export async function readOptions<O extends Options>(
  command: Command<O>,
  given: Record<string, unknown>,
  context: Context,
): Promise<Read<O>> {
  const known = Object.keys(command.options).filter((name) => !command.options[name]?.hidden);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(command.options, name))
      throw refuse('unknownOption', { command: command.name, given: name, known });
  }
  const values: Record<string, unknown> = {};
  // Files come last: a call that is refused must store nothing.
  const order = Object.entries<Option>(command.options).sort(
    ([, a], [, b]) => Number(a.kind === 'pictures') - Number(b.kind === 'pictures'),
  );
  for (const [name, option] of order) {
    const value = given[name];
    if (!isAbsent(value)) values[name] = await readOne(name, option, value, context);
    else if (option.required) throw refuse('missingOption', { command: command.name, option: name });
  }
  // The kind of each option has read its value, as `Read` maps it.
  return values as Read<O>;
}

async function readOne(name: string, option: Option, value: unknown, context: Context): Promise<unknown> {
  if (option.kind !== 'pictures' && typeof value === 'object') throw refuse('malformedCall', undefined);
  switch (option.kind) {
    case 'text':
      return readText(name, option, value);
    case 'integer':
    case 'number':
      return readNumber(name, option, value);
    case 'flag':
      return readFlag(name, value);
    case 'choice': {
      const found = option.choices.find((choice) => choice.value === value || choice.label === value);
      if (found) return found.value;
      throw refuse('notAChoice', {
        option: name,
        given: String(value),
        allowed: option.choices.map((choice) => choice.value),
      });
    }
    case 'job':
      return readJob(value);
    case 'pictures': {
      const items = Array.isArray(value) ? value : [value];
      if (items.length > option.max)
        throw refuse('tooManyPictures', { option: name, given: items.length, max: option.max });
      const ids: string[] = [];
      for (const item of items) ids.push(await readPicture(item, context));
      return ids;
    }
  }
}

/** Control characters and halves of surrogate pairs. Postgres takes neither in JSON, and they are invisible. */
const unstorable = /(?![\n\t])[\p{Cc}\p{Cs}]/gu;

function readText(name: string, option: TextOption, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw refuse('malformedCall', undefined);
  const text = String(value).replace(unstorable, '').trim();
  if (!/[^\s\p{Cf}]/u.test(text)) throw refuse('textEmpty', { option: name });
  // Characters as a person counts them: most emoji are one.
  const length = [...text].length;
  if (length > option.max) throw refuse('textTooLong', { option: name, length, max: option.max });
  return text;
}

function readNumber(name: string, option: NumberOption, value: unknown): number {
  const whole = option.kind === 'integer';
  const number = typeof value === 'string' ? numberIn(value, whole) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || (whole && !Number.isInteger(number))) {
    throw refuse('notANumber', { option: name, given: String(value), whole });
  }
  const { min, max } = option;
  if (number < min || number > max) throw refuse('outOfRange', { option: name, given: number, min, max });
  return number;
}

/** Reads a number. A comma is a decimal comma. In a whole number it may also stand for thousands, so it is refused. */
function numberIn(text: string, whole: boolean): number {
  const plain = whole ? text.trim() : text.trim().replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}

const truths = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
]);

const flagIn = (value: unknown) =>
  typeof value === 'boolean' ? value : truths.get(String(value).trim().toLowerCase());

/** Whether a flag as it arrived is set. The rest of the call is not read. */
export const isTrue = (value: unknown): boolean => (typeof value === 'object' ? false : (flagIn(value) ?? false));

function readFlag(name: string, value: unknown): boolean {
  const flag = flagIn(value);
  if (flag === undefined) throw refuse('notAFlag', { option: name, given: String(value) });
  return flag;
}

function readJob(value: unknown): number {
  const number = Number(String(value).trim().replace(/^#/, ''));
  // Text that is no number gets the answer of a job that does not exist.
  if (!Number.isSafeInteger(number) || number < 1) throw refuse('noSuchJob', { job: String(value).slice(0, 40) });
  return number;
}

async function readPicture(item: unknown, { app, origin, keep }: Context): Promise<string> {
  if (typeof item === 'string') {
    const linked = app.media.linked(item.trim());
    if (linked) return keep(linked);
    const found = await app.media.find(item.trim(), origin);
    if (!found) throw refuse('pictureGone', { given: item.slice(0, 60) });
    return found.id;
  }
  if (!isAttachment(item)) throw refuse('malformedCall', undefined);
  return keep(item);
}

function isAttachment(item: unknown): item is Attachment {
  return (
    typeof item === 'object' && item !== null && 'read' in item && typeof item.read === 'function' && 'name' in item
  );
}
