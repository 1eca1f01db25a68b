// @ts-check
/** The message box: plain words, or a command with help. */
import { createAssistant } from './assistant.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { newEvent } from './server.js';
import { toast } from './toast.js';
import { browse, createTray, onDrop } from './tray.js';
import { typedCommand } from './typed-command.js';

/** @typedef {import('../../../commands/kit/sheet.ts').Sheet} Sheet */

/**
 * Returns the message box in `box`.
 * @param {HTMLElement} box
 * @param {object} parts
 * @param {HTMLElement} parts.target where files can be dropped
 * @param {() => { channel: string, thread?: number }} parts.spot
 * @param {() => Sheet[]} parts.sheets
 * @param {() => import('./server.js').Server} parts.server
 * @param {(form: import('../../../commands/kit/sheet.ts').Form, spot: { channel: string, thread?: number }, files: File[]) => void} parts.onForm
 */
export function createComposer(box, { target, spot, sheets, server, onForm }) {
  const input = h('textarea', {
    rows: 1,
    class: 'composer-text',
    'aria-label': 'Message',
    autocomplete: 'off',
    maxlength: 20_000,
    enterkeyhint: 'send',
  });
  const backdrop = h('div', { class: 'composer-backdrop', 'aria-hidden': 'true' });
  const hints = h('div', { class: 'composer-hints', hidden: true });
  const trayBox = h('div', { class: 'tray' });
  const note = h('p', { class: 'composer-note', hidden: true, role: 'status' });
  const slash = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': 'Commands', title: 'Commands', onclick: begin },
    icon('slash'),
  );
  const attach = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': 'Add pictures',
      title: 'Add pictures',
      onclick: () => browse(take),
    },
    icon('attach'),
  );
  const send = h(
    'button',
    { type: 'button', class: 'send', 'aria-label': 'Send', disabled: true, onclick: () => void submit() },
    icon('send'),
  );
  const field = h('div', { class: 'composer-field' }, backdrop, input);
  const popover = h('div', { class: 'composer-popover' });
  box.replaceChildren(popover, hints, trayBox, note, h('div', { class: 'composer-row' }, attach, slash, field, send));

  const tray = createTray(trayBox, refresh);
  const assistant = createAssistant({ input, popover, hints, backdrop, spot, sheets, server, set });
  let sending = false;
  // The same while a send fails, so that a second attempt cannot make two jobs.
  let event = newEvent();

  /** Returns the option for files of the typed command. Undefined when it takes none. */
  function pictureField() {
    return typedCommand(input.value, sheets())?.fields.find(({ kind }) => kind === 'pictures');
  }

  /** Returns the reason why the files cannot be sent, as nodes. Undefined without one. */
  function obstacle() {
    const files = tray.files();
    if (!files.length) return undefined;
    const command = /^\s*(\/[\w-]+)/.exec(input.value)?.[1];
    const into = pictureField();
    if (into?.max !== undefined && files.length > into.max)
      return [`${command} takes ${into.max === 1 ? 'one picture' : `${into.max} pictures`}.`];
    if (into) return undefined;
    const able = sheets().filter(({ fields }) => fields.some(({ kind }) => kind === 'pictures'));
    const words = input.value.replace(/^\s*\/[\w-]*\s*/, '');
    return [
      command ? `${command} takes no pictures. These do:` : 'What shall be done with it?',
      ...able
        .slice(0, 6)
        .map(({ name }) =>
          h('button', { type: 'button', class: 'chip', onclick: () => set(`/${name} ${words}`) }, `/${name}`),
        ),
    ];
  }

  /** Updates everything around the text. */
  function refresh() {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, 180)}px`;
    const problem = obstacle();
    note.hidden = !problem;
    note.replaceChildren(...(problem ?? []));
    send.disabled = sending || Boolean(problem) || (!input.value.trim() && !tray.files().length);
  }

  /**
   * Replaces the text.
   * @param {string} text
   * @param {number} [caret]
   */
  function set(text, caret = text.length) {
    input.value = text;
    input.focus();
    input.setSelectionRange(caret, caret);
    changed();
  }

  function changed() {
    event = newEvent();
    refresh();
    assistant.update();
  }

  function begin() {
    if (!input.value.startsWith('/')) set(`/${input.value}`, 1);
    else input.focus();
  }

  /** Adds files. @param {Iterable<File>} files */
  function take(files) {
    tray.add(files);
    input.focus();
  }

  /** Sends the text and the files. */
  async function submit() {
    if (send.disabled || sending) return;
    const text = input.value.trim();
    const files = tray.files();
    const option = pictureField()?.name ?? '';
    const where = spot();
    sending = true;
    refresh();
    try {
      const isCall = text.startsWith('/');
      const taken = isCall
        ? await server().call(
            where,
            { line: text },
            event,
            files.map((file) => ({ option, file })),
          )
        : await server().write(where, text, event);
      set('');
      tray.clear();
      if (taken.form) onForm(taken.form, where, files);
    } catch (error) {
      toast(error instanceof Error ? error.message : 'That could not be sent.', 'bad');
    } finally {
      sending = false;
      refresh();
    }
  }

  input.addEventListener('input', changed);
  input.addEventListener('keydown', (pressed) => {
    if (pressed.isComposing || assistant.onKey(pressed)) return;
    if (pressed.key !== 'Enter' || pressed.shiftKey) return;
    pressed.preventDefault();
    void submit();
  });
  input.addEventListener('scroll', () => {
    backdrop.scrollTop = input.scrollTop;
  });
  for (const name of ['click', 'keyup']) input.addEventListener(name, () => assistant.moved());
  input.addEventListener('blur', () => assistant.hide());
  input.addEventListener('paste', (pasted) => {
    const files = pasted.clipboardData?.files;
    if (!files?.length) return;
    pasted.preventDefault();
    take(files);
  });
  onDrop(target, take);

  return {
    set,
    submit,
    /** Sets the placeholder. @param {string} text */
    label(text) {
      input.placeholder = text;
      input.setAttribute('aria-label', text);
    },
    focus: () => input.focus(),
  };
}
