// @ts-check
/** A field of a form: its control by its kind, its problem, and its value. */
import { freshId, h } from './dom.js';
import { icon } from './icons.js';
import { createListbox } from './listbox.js';
import { suggestDelayMs } from './timings.js';
import { browse, createTray, onDrop } from './tray.js';

/** @typedef {import('../../../commands/kit/sheet.ts').Field} Field */
/** @typedef {{ element: Node, focus(): void, read(): any, files?: () => File[], clear?: () => void }} Control */

/**
 * Returns a field.
 * @param {Field} field
 * @param {{ files: File[], suggest(typed: string): Promise<{ value: string, label: string, hint?: string }[]> }} given
 */
export function formField(field, { files, suggest }) {
  const { name, description, required, kind } = field;
  const id = freshId('field');
  const told = h('p', { class: 'field-problem', id: `${id}-problem`, hidden: true });
  const control = kinds[kind](field, id, { files, suggest, changed: () => told.hidden || check() });
  const label = h(
    'label',
    { for: id, class: 'field-label' },
    h('span', {}, name),
    !required && kind !== 'flag' && h('small', {}, 'optional'),
  );
  const about = h('p', { class: 'field-about', id: `${id}-about` }, description);
  const element =
    kind === 'flag'
      ? h('div', { class: 'field is-flag' }, control.element, h('div', {}, label, about), told)
      : h('div', { class: 'field' }, label, about, control.element, told);

  /** Returns the sentence about the field's problem. Undefined without one. */
  function problem() {
    const value = control.read();
    const attached = control.files?.().length ?? 0;
    const empty = (value === undefined || value.length === 0) && attached === 0;
    if (empty && !required) return undefined;
    if (empty) return kind === 'pictures' ? 'Add a picture.' : 'This is needed.';
    return valueProblem(field, value, attached);
  }

  /** Shows the field's problem. Returns whether there is none. */
  function check() {
    const text = problem();
    told.hidden = !text;
    told.textContent = text ?? '';
    const input = element.querySelector(`#${id}`);
    input?.setAttribute('aria-invalid', String(Boolean(text)));
    input?.setAttribute('aria-describedby', text ? told.id : about.id);
    return !text;
  }

  return {
    name,
    element,
    check,
    value: control.read,
    files: control.files ?? (() => []),
    focus: control.focus,
    release: control.clear ?? (() => {}),
    isEmpty: () => kind !== 'flag' && !(control.read()?.toString() || control.files?.().length),
  };
}

/**
 * Returns the sentence about a value that is there. Undefined without a problem.
 * @param {Field} field
 * @param {any} value
 * @param {number} attached number of files
 */
function valueProblem(field, value, attached) {
  const { kind, max } = field;
  if (kind === 'text') return max && [...value].length > max ? `At most ${max} characters.` : undefined;
  if (kind === 'pictures') return max && value.length + attached > max ? `At most ${max}.` : undefined;
  return kind === 'integer' || kind === 'number' ? numberProblem(field, value) : undefined;
}

/**
 * Returns the sentence about a number. Undefined without a problem.
 * @param {Field} field
 * @param {unknown} value
 */
function numberProblem({ kind, min, max }, value) {
  if (typeof value !== 'number' || Number.isNaN(value)) return 'This has to be a number.';
  if (kind === 'integer' && !Number.isInteger(value)) return 'This has to be a whole number.';
  const isBelow = min !== undefined && value < min;
  const isAbove = max !== undefined && value > max;
  return isBelow || isAbove ? `From ${min} to ${max}.` : undefined;
}

/** @typedef {{ files: File[], suggest(typed: string): Promise<{ value: string, label: string, hint?: string }[]>, changed(): void }} Given */

/** The controls by kind. @type {Record<Field['kind'], (field: Field, id: string, given: Given) => Control>} */
const kinds = {
  text(field, id, { suggest, changed }) {
    const value = field.value?.toString() ?? '';
    const input = field.long
      ? h('textarea', { id, rows: 4, class: 'input' })
      : h('input', { id, class: 'input', autocomplete: 'off' });
    input.value = value;
    const counter = h('span', { class: 'field-counter', 'aria-hidden': 'true' });
    const max = field.max ?? 0;
    function count() {
      const length = [...input.value].length;
      counter.textContent = `${length} / ${max}`;
      counter.classList.toggle('is-over', length > max);
      // A counter far below its limit would be noise.
      counter.hidden = !max || (length < max * 0.6 && !field.long);
    }
    input.addEventListener('input', () => {
      count();
      changed();
    });
    count();
    const element = h('div', { class: 'field-box' }, input, counter);
    if (field.suggests) suggestInto(input, element, suggest);
    return { element, focus: () => input.focus(), read: () => input.value.trim() || undefined };
  },

  integer: numeric,
  number: numeric,

  job(field, id, given) {
    return kinds.text({ ...field, long: false }, id, given);
  },

  choice(field, id, { changed }) {
    const options = field.choices.map(({ value, label, hint }) =>
      h('option', { value }, hint ? `${label} (${hint})` : label),
    );
    const select = h(
      'select',
      { id, class: 'input' },
      h('option', { value: '' }, field.required ? 'Choose…' : 'As usual'),
      options,
    );
    select.value = field.value?.toString() ?? '';
    select.addEventListener('change', changed);
    return { element: select, focus: () => select.focus(), read: () => select.value || undefined };
  },

  flag(field, id) {
    const input = h('input', { id, type: 'checkbox', role: 'switch' });
    input.checked = field.value === true || field.value === 'true';
    return { element: input, focus: () => input.focus(), read: () => (input.checked ? true : undefined) };
  },

  pictures(field, id, { files, changed }) {
    /** @type {string[]} */
    let stored = [field.value ?? []].flat().map(String);
    const box = h('div', { class: 'tray' });
    const storedBox = h('div', { class: 'tray' });
    const tray = createTray(box, changed);
    const button = h(
      'button',
      { id, type: 'button', class: 'drop', onclick: () => browse(tray.add) },
      icon('attach'),
      h('span', {}, h('strong', {}, 'Choose pictures'), ', drop them here, or paste'),
    );
    const element = h('div', { class: 'field-drop' }, storedBox, box, button);
    function showStored() {
      storedBox.hidden = stored.length === 0;
      storedBox.replaceChildren(
        ...stored.map((picture) =>
          h(
            'div',
            { class: 'tray-item' },
            storedThumb(picture),
            h(
              'button',
              { type: 'button', 'aria-label': 'Remove picture', onclick: () => drop(picture) },
              icon('close'),
            ),
          ),
        ),
      );
    }
    /** Removes a picture. @param {string} picture */
    function drop(picture) {
      stored = stored.filter((each) => each !== picture);
      showStored();
      changed();
    }
    onDrop(element, tray.add);
    /** @param {ClipboardEvent} event */
    const onPaste = (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      tray.add(event.clipboardData.files);
    };
    document.addEventListener('paste', onPaste);
    showStored();
    tray.add(files);
    const clear = () => {
      document.removeEventListener('paste', onPaste);
      tray.clear();
    };
    return { element, focus: () => button.focus(), read: () => stored, files: tray.files, clear };
  },
};

/** Returns the thumbnail of a picture by its id. A picture of a job (`41/2`) is shown by its name. @param {string} picture */
function storedThumb(picture) {
  if (picture.includes('/')) return h('span', { class: 'tray-name' }, picture);
  return h('img', { src: `/media/${encodeURIComponent(picture)}`, alt: 'The picture' });
}

/** Returns the control of a number. @type {(field: Field, id: string, given: Given) => Control} */
function numeric(field, id, { changed }) {
  const range = field.min !== undefined && field.max !== undefined ? `${field.min} to ${field.max}` : '';
  const attributes = {
    id,
    type: 'number',
    class: 'input',
    min: field.min,
    max: field.max,
    step: field.kind === 'integer' ? 1 : 'any',
    placeholder: range,
  };
  const input = h('input', { ...attributes, inputmode: field.kind === 'integer' ? 'numeric' : 'decimal' });
  input.value = field.value?.toString() ?? '';
  input.addEventListener('input', changed);
  // Text that is no number reads as empty. `badInput` tells them apart.
  const read = () => (input.validity.badInput ? Number.NaN : input.value === '' ? undefined : input.valueAsNumber);
  return { element: input, focus: () => input.focus(), read };
}

/**
 * Adds a list of suggestions to a text box.
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {HTMLElement} box
 * @param {Given['suggest']} suggest
 */
function suggestInto(input, box, suggest) {
  const listbox = createListbox(input, box);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = 0;
  function ask() {
    clearTimeout(timer);
    asked += 1;
    const mine = asked;
    timer = setTimeout(async () => {
      const choices = await suggest(input.value).catch(() => []);
      if (mine !== asked || document.activeElement !== input) return;
      const open = choices.filter(({ value }) => value !== input.value);
      listbox.show(open.map(({ value, label, hint }) => ({ label, hint, pick: () => pick(value) })));
    }, suggestDelayMs);
  }
  /** Takes a suggestion. @param {string} value */
  function pick(value) {
    input.value = value;
    input.dispatchEvent(new Event('input'));
    asked += 1;
    clearTimeout(timer);
    listbox.hide();
  }
  input.addEventListener('input', ask);
  input.addEventListener('focus', ask);
  input.addEventListener('blur', () => {
    asked += 1;
    listbox.hide();
  });
  // Otherwise a dialog would close on the Esc for the list.
  input.addEventListener('keydown', (event) => event instanceof KeyboardEvent && listbox.onKey(event));
}
