// @ts-check
/** Files for a call, as thumbnails. People drop, paste or choose them, and can remove them. */
import { h } from './dom.js';
import { icon } from './icons.js';
import { size } from './text.js';
import { toast } from './toast.js';

/** Largest request that the server takes. */
const maxRequestBytes = 32_000_000;

/**
 * Returns the files in `box`.
 * @param {HTMLElement} box
 * @param {() => void} changed
 */
export function createTray(box, changed) {
  /** @type {{ file: File, address: string }[]} */
  let held = [];

  /** Adds pictures. @param {Iterable<File>} files */
  function add(files) {
    for (const file of files) {
      const isPicture = file.type.startsWith('image/');
      const total = held.reduce((sum, each) => sum + each.file.size, file.size);
      if (!isPicture) toast(`“${file.name}” is not a picture.`, 'bad');
      else if (total > maxRequestBytes)
        toast(`“${file.name}” has ${size(file.size)}; a call can carry 32 MB in all.`, 'bad');
      else held.push({ file, address: URL.createObjectURL(file) });
    }
    render();
  }

  /** Removes a file. @param {File} [file] all of them, without one */
  function remove(file) {
    for (const each of held) if (!file || each.file === file) URL.revokeObjectURL(each.address);
    held = file ? held.filter((each) => each.file !== file) : [];
    render();
  }

  function render() {
    box.hidden = held.length === 0;
    box.replaceChildren(
      ...held.map(({ file, address }) =>
        h(
          'div',
          { class: 'tray-item' },
          h('img', { src: address, alt: file.name, title: `${file.name}, ${size(file.size)}` }),
          h(
            'button',
            { type: 'button', 'aria-label': `Remove ${file.name}`, onclick: () => remove(file) },
            icon('close'),
          ),
        ),
      ),
    );
    changed();
  }
  box.hidden = true;
  return { add, clear: () => remove(), files: () => held.map(({ file }) => file) };
}

/**
 * Lets files be dropped on an element.
 * @param {HTMLElement} target
 * @param {(files: FileList) => void} take
 */
export function onDrop(target, take) {
  let depth = 0;
  /** @param {DragEvent} event */
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;
  target.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    target.classList.add('is-target');
  });
  target.addEventListener('dragleave', (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    if (depth <= 0) target.classList.remove('is-target');
  });
  target.addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
  target.addEventListener('drop', (event) => {
    depth = 0;
    target.classList.remove('is-target');
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer.files);
  });
}

/**
 * Opens the system's file chooser.
 * @param {(files: FileList) => void} take
 */
export function browse(take) {
  const input = h('input', { type: 'file', accept: 'image/*', multiple: true });
  input.addEventListener('change', () => input.files && take(input.files));
  input.click();
}
