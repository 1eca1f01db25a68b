/** A form under what is chosen in it: fields that make no sense any more go, the others get other values and limits. */
import type { App } from '../../app.ts';
import type { Narrowed, Narrows } from './define.ts';
import type { Field, Form } from './sheet.ts';

/**
 * The form with its dependent fields as `form.call.options` have them. What was filled in stays where it still fits, and
 * leaves the call as well where it does not: a setting that another model lacks must not be sent unseen.
 */
export function narrowForm(app: App, { by, to }: Narrows, form: Form): Form {
  const changes = to(app, form.call.options[by]) ?? {};
  const options = { ...form.call.options };
  const fields = form.fields.flatMap((field): Field[] => {
    const change = Object.hasOwn(changes, field.name) ? changes[field.name] : undefined;
    const left = change === undefined ? field : under(field, change);
    if (left?.value === undefined) delete options[field.name];
    return left ? [left.name === by ? { ...left, reshapes: true } : left] : [];
  });
  return { ...form, call: { ...form.call, options }, fields };
}

function under(field: Field, change: Narrowed): Field | undefined {
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
