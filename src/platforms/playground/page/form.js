// @ts-check
/** Forms of commands, as dialogs. */
import { freshId, h } from './dom.js';
import { formField } from './form-field.js';
import { icon } from './icons.js';
import { newEvent } from './server.js';

/** @typedef {import('../../../commands/kit/sheet.ts').Form} Form */

/**
 * Opens a form.
 * @param {object} parts
 * @param {Form} parts.form
 * @param {string} parts.description
 * @param {File[]} parts.files for the first field that takes pictures
 * @param {(option: string, typed: string) => Promise<{ value: string, label: string, hint?: string }[]>} parts.suggest
 * @param {(call: object, event: string, files: { option: string, file: File }[]) => Promise<Form | undefined>} parts.submit
 *   resolves to a form when there is more to fill in
 */
export function openForm({ form, description, files, suggest, submit }) {
  const from = /** @type {HTMLElement | null} */ (document.activeElement);
  const event = newEvent();
  const takesFiles = form.fields.find(({ kind }) => kind === 'pictures');
  const fields = form.fields.map((field) =>
    formField(field, { files: field === takesFiles ? files : [], suggest: (typed) => suggest(field.name, typed) }),
  );
  const problem = h('p', { class: 'form-problem', role: 'alert', hidden: true });
  const send = h('button', { type: 'submit', class: 'button is-primary' }, form.submit);
  const cancel = h('button', { type: 'button', class: 'button is-plain', onclick: () => dialog.close() }, 'Cancel');
  const title = freshId('title');
  const body = h(
    'form',
    { novalidate: true, class: 'form' },
    h(
      'header',
      {},
      h('div', {}, h('h2', { id: title }, form.title), h('p', {}, description)),
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => dialog.close() },
        icon('close'),
      ),
    ),
    h(
      'div',
      { class: 'form-fields' },
      fields.map(({ element }) => element),
    ),
    problem,
    h('footer', {}, h('span', { class: 'form-key' }, 'Ctrl + Enter'), cancel, send),
  );
  const dialog = h('dialog', { class: 'dialog is-form', 'aria-labelledby': title }, body);

  /** Sends the form if all fields are right. Otherwise shows what is wrong. */
  async function trySubmit() {
    if (send.disabled) return;
    const wrong = fields.filter((field) => !field.check());
    if (wrong[0]) return wrong[0].focus();
    const options = { ...form.call.options };
    for (const field of fields) {
      const value = field.value();
      if (value === undefined) delete options[field.name];
      else options[field.name] = value;
    }
    const attached = fields.flatMap((field) => field.files().map((file) => ({ option: field.name, file })));
    send.disabled = true;
    problem.hidden = true;
    try {
      const more = await submit({ command: form.call.command, options }, event, attached);
      dialog.close();
      if (more) openForm({ form: more, description, files, suggest, submit });
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : 'That could not be sent.';
      problem.hidden = false;
    } finally {
      send.disabled = false;
    }
  }
  body.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    void trySubmit();
  });
  body.addEventListener('keydown', (pressed) => {
    if (pressed.key === 'Enter' && (pressed.ctrlKey || pressed.metaKey)) void trySubmit();
  });
  dialog.addEventListener('close', () => {
    for (const field of fields) field.release();
    dialog.remove();
    if (from?.isConnected) from.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (fields.find((field) => field.isEmpty()) ?? fields[0])?.focus();
}
