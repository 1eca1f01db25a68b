// @ts-check
/** Help while a command is typed: the commands, the missing options, and the values of an option. */
import { h } from './dom.js';
import { createListbox } from './listbox.js';
import { hintDelayMs } from './timings.js';
import { typedCommand } from './typed-command.js';

/** @typedef {import('../../../commands/kit/sheet.ts').Sheet} Sheet */
/** @typedef {import('../../../commands/kit/sheet.ts').Field} Field */
/** @typedef {{ command?: string, given: string[], marks: Mark[], at?: Mark & { typed: string }, choices: { value: string, label: string, hint?: string }[] }} Known */
/** @typedef {{ name: string, from: number, start: number, to: number }} Mark */

/**
 * Returns the help of one message box.
 * @param {object} parts
 * @param {HTMLTextAreaElement} parts.input
 * @param {HTMLElement} parts.popover
 * @param {HTMLElement} parts.hints
 * @param {HTMLElement} parts.backdrop lies behind the text and colours the options in it
 * @param {() => { channel: string, thread?: number }} parts.spot
 * @param {() => Sheet[]} parts.sheets
 * @param {() => import('./server.js').Server} parts.server
 * @param {(text: string, caret?: number) => void} parts.set
 */
export function createAssistant({ input, popover, hints, backdrop, spot, sheets, server, set }) {
  const listbox = createListbox(input, popover);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = 0;
  let caretBefore = -1;

  /** Handles a change of the text. */
  function update() {
    const text = input.value;
    caretBefore = input.selectionStart;
    asked += 1;
    clearTimeout(timer);
    if (!text.startsWith('/')) {
      listbox.hide();
      paint([], text);
      return showFirstSteps(text);
    }
    const typed = text.slice(1, input.selectionStart).toLowerCase();
    const goesOn = typed.includes(' ') && sheets().some(({ name }) => name.startsWith(typed));
    if (/^[\w-]*$/.test(typed) || goesOn) return showCommands(typed);
    // Suggestions for the earlier text must not catch an Enter that is meant to send.
    listbox.release();
    if (!sheetOf(text)) {
      listbox.hide();
      paint([], text);
      hints.hidden = true;
      return;
    }
    const mine = asked;
    timer = setTimeout(async () => {
      // Missing help needs no error message.
      const known = await server()
        .hints(spot(), text, input.selectionStart)
        .catch(() => undefined);
      if (known && mine === asked && input.value === text) show(known);
    }, hintDelayMs);
  }

  /** Handles a move of the caret without a change. */
  function moved() {
    if (input.selectionStart !== caretBefore) update();
  }

  /** Returns the command of a line. @param {string} text */
  const sheetOf = (text) => typedCommand(text, sheets());

  /** Shows the commands for the start of a word. @param {string} word in lower case */
  function showCommands(word) {
    const starting = sheets().filter(({ name }) => name.startsWith(word));
    const others = sheets().filter(
      ({ name, description }) => !name.startsWith(word) && `${name} ${description}`.toLowerCase().includes(word),
    );
    const found = [...starting, ...others];
    const exact = found[0]?.name === word && !found[0].fields.some(({ required }) => required);
    listbox.show(
      found.map((sheet) => ({
        label: `/${sheet.name}`,
        hint: sheet.description,
        tag: sheet.group,
        pick: () => start(sheet),
      })),
      { eager: !exact, title: word ? undefined : 'Commands' },
    );
    hints.hidden = true;
    paint([], input.value);
  }

  /** Puts a command into the box, ready for its first option. @param {Sheet} sheet */
  function start(sheet) {
    const rest = input.value.slice(input.selectionStart).replace(/^[\w-]*\s*/, '');
    const first = sheet.fields.find(({ required, kind }) => required && kind !== 'pictures');
    set(`/${sheet.name} ${first && !rest ? `${first.name}:` : rest}`);
  }

  /** Shows the help for an answer of the server. @param {Known} known */
  function show(known) {
    const sheet = sheets().find(({ name }) => name === known.command);
    paint(known.marks, input.value);
    if (!sheet) return listbox.hide();
    showOptions(sheet, known);
    const field = sheet.fields.find(({ name }) => name === known.at?.name);
    const typed = (known.at?.typed ?? '').toLowerCase();
    const fits = known.choices.filter(
      ({ label, value }) => field?.suggests || `${label} ${value}`.toLowerCase().includes(typed),
    );
    const exact = known.choices.some(({ label, value }) =>
      [label.toLowerCase(), value.toLowerCase()].includes(typed.trim()),
    );
    const atEnd = input.selectionStart === input.value.length || known.at?.to === input.selectionStart;
    if (field && fits.length && !exact && atEnd && document.activeElement === input) {
      const items = fits.map((choice) => ({
        label: choice.label,
        hint: choice.hint,
        pick: () => fill(known, choice.value),
      }));
      return listbox.show(items, { eager: field.kind === 'choice', title: field.description });
    }
    showNames(sheet, known);
  }

  /** Shows the names of options that begin with the last word. @param {Sheet} sheet @param {Known} known */
  function showNames(sheet, known) {
    const before = input.value.slice(0, input.selectionStart);
    const word = /\s([a-z][\w-]+)$/i.exec(before)?.[1]?.toLowerCase() ?? '';
    const open = sheet.fields.filter(
      ({ name }) => !known.given.includes(name) && word.length > 1 && name.startsWith(word),
    );
    listbox.show(
      open.map((field) => ({
        label: `${field.name}:`,
        hint: field.description,
        pick: () => insert(field, word.length),
      })),
    );
  }

  /** Puts a value in the place of its typed start. @param {Known} known @param {string} value */
  function fill(known, value) {
    if (!known.at) return;
    const { start: from, to } = known.at;
    const before = input.value.slice(0, from);
    const safe = /\s[\w-]+:/.test(value) ? `"${value}"` : value;
    set(`${before}${safe} ${input.value.slice(to).trimStart()}`, before.length + safe.length + 1);
  }

  /** Puts the name of an option at the caret, in the place of `length` characters before it. @param {Field} field @param {number} length */
  function insert(field, length = 0) {
    const at = length ? input.selectionStart : input.value.length;
    const before = input.value.slice(0, at - length).trimEnd();
    const text = `${before} ${field.name}:`;
    const after = input.value.slice(at).trimStart();
    set(after ? `${text} ${after}` : text, text.length);
  }

  /** Shows the options of the command: given, needed and optional ones. @param {Sheet} sheet @param {Known} known */
  function showOptions(sheet, known) {
    const order = [...sheet.fields].sort((a, b) => Number(b.required) - Number(a.required));
    const current = sheet.fields.find(({ name }) => name === known.at?.name);
    const chips = order.map((field) => optionChip(field, known, field === current));
    const words = current
      ? [h('strong', {}, current.name), ' ', current.description]
      : [h('strong', {}, `/${sheet.name}`), ' ', sheet.description];
    hints.hidden = false;
    hints.replaceChildren(h('p', {}, ...words), h('div', { class: 'chips' }, chips));
  }

  /** Returns the button of one option. @param {Field} field @param {Known} known @param {boolean} isCurrent */
  function optionChip(field, known, isCurrent) {
    const isPlaced = known.marks.some(({ name }) => name === field.name);
    const isGiven = known.given.includes(field.name);
    const takesPictures = field.kind === 'pictures';
    const state = isGiven ? 'is-given' : field.required ? 'is-missing' : '';
    const chip = h(
      'button',
      {
        type: 'button',
        class: `chip ${state}${isCurrent ? ' is-current' : ''}`,
        title: `${field.description}${field.required ? ' (needed)' : ''}`,
        disabled: isGiven || isPlaced || takesPictures,
        onclick: () => (takesPictures ? undefined : insert(field)),
      },
      takesPictures ? `${field.name}: add with the clip` : field.name,
    );
    chip.addEventListener('pointerdown', (event) => event.preventDefault());
    return chip;
  }

  /** Offers the command for pictures for words without a command. @param {string} text */
  function showFirstSteps(text) {
    const first = sheets().find(({ fields }) => fields.some(({ name, required }) => required && name === 'prompt'));
    hints.hidden = !first || text.trim().length < 3;
    if (hints.hidden || !first) return;
    const chip = h(
      'button',
      { type: 'button', class: 'chip is-missing', onclick: () => set(`/${first.name} prompt:${text.trim()}`) },
      `/${first.name} ${text.trim().slice(0, 40)}`,
    );
    chip.addEventListener('pointerdown', (event) => event.preventDefault());
    hints.replaceChildren(
      h('p', {}, 'Enter sends this to the people here. A picture of it?'),
      h('div', { class: 'chips' }, chip),
    );
  }

  /** Colours the command and the names of options behind the text. @param {Mark[]} marks @param {string} text */
  function paint(marks, text) {
    const sheet = sheetOf(text);
    const head = sheet ? text.slice(0, sheet.name.length + 1) : '';
    /** @type {Node[]} */
    const parts = sheet ? [h('mark', { class: 'is-command' }, head)] : [document.createTextNode(head)];
    let at = head.length;
    for (const { from, start: value } of marks) {
      parts.push(document.createTextNode(text.slice(at, from)), h('mark', {}, text.slice(from, value)));
      at = value;
    }
    // Without it, a last line break would have no height.
    parts.push(document.createTextNode(`${text.slice(at)}\u200b`));
    backdrop.replaceChildren(...parts);
  }

  return { update, moved, onKey: listbox.onKey, hide: listbox.hide };
}
