/** Narrows a form to its choices: some fields go, and others get other values and limits. */
import type { App } from '../../app.ts';
import type { Narrowed, Narrows } from './define.ts';
import type { Field, Form } from './sheet.ts';

/**
 * Returns the form with its dependent fields as `form.call.options` demand. A value that still fits stays. One that
 * does not fit leaves the call as well: a setting that another model lacks must not be sent unseen.
 */
export function narrowForm(app: App, { by, to }: Narrows, form: Form): Form {
  const changes = to(app, form.call.options[by]) ?? {};
  const options = { ...form.call.options };
  const fields = form.fields.flatMap((field): Field[] => {
    const change = Object.hasOwn(changes, field.name) ? changes[field.name] : undefined;
    const narrowed = change === undefined ? field : narrowField(field, change);
    if (narrowed?.value === undefined) delete options[field.name];
    return narrowed ? [narrowed.name === by ? { ...narrowed, reshapes: true } : narrowed] : [];
  });
  return { ...form, call: { ...form.call, options }, fields };
}

/** Returns the field after a change. Undefined when it goes. */
function narrowField(field: Field, change: Narrowed): Field | undefined {
  if (change === 'gone') return undefined;
  const { choices } = change;
  if (choices) {
    const value = choices.find((choice) => choice.value.toLowerCase() === String(field.value).toLowerCase())?.value;
    return { ...field, kind: 'choice', suggests: false, choices, value };
  }
  const min = larger(field.min, change.min);
  const max = smaller(field.max, change.max);
  const limited = { ...field, min, max };
  if (field.kind !== 'integer' && field.kind !== 'number') return limited;
  const isOutside = field.value !== undefined && !isBetween(Number(field.value), min, max);
  return isOutside ? { ...limited, value: undefined } : limited;
}

const larger = (one?: number, other?: number) => (one === undefined ? other : Math.max(one, other ?? one));
const smaller = (one?: number, other?: number) => (one === undefined ? other : Math.min(one, other ?? one));
const isBetween = (value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY) =>
  value >= min && value <= max;
