// @ts-check
/** The menu of a picture: the bot's actions, and the usual ones of a page. */
import { h } from './dom.js';
import { openMenu } from './menu.js';
import { addressOf } from './picture.js';
import { size } from './text.js';
import { toast } from './toast.js';

/** @typedef {import('../../../chat.ts').Media} Media */

/**
 * Opens the menu of a picture.
 * @param {object} parts
 * @param {Media} parts.media
 * @param {import('./picture.js').MenuPoint} parts.at
 * @param {import('../../../commands/kit/bot.ts').Bot['pictureActions']} parts.actions
 * @param {(call: object) => void} parts.act
 * @param {() => void} parts.open
 */
export function pictureMenu({ media, at, actions, act, open }) {
  const own = actions.map(({ label, command, option, form }) => ({
    label,
    run: () => act({ command, options: { [option]: [media.id] }, form }),
  }));
  const any = [
    { label: 'Open', apart: own.length > 0, run: open },
    { label: 'Copy link', run: () => void copy(new URL(addressOf(media), location.href).href) },
    { label: 'Download', run: () => download(media) },
    { label: 'Details', run: () => details(media, at.from) },
  ];
  openMenu([...own, ...any], at);
}

/** Downloads a picture. @param {Media} media */
export function download(media) {
  const link = h('a', { href: `${addressOf(media)}?download`, download: media.name });
  link.click();
}

/** Copies an address. @param {string} address */
async function copy(address) {
  await navigator.clipboard.writeText(address).then(
    () => toast('Link copied'),
    () => toast(`The link could not be copied: ${address}`, 'bad'),
  );
}

/**
 * Shows the details of a picture.
 * @param {Media} media
 * @param {HTMLElement} from gets the focus back
 */
function details(media, from) {
  const rows = [
    ['Shows', media.alt],
    ['File', media.name],
    ['Kind', media.type],
    ['Pixels', `${media.width} × ${media.height}`],
    ['Size', size(media.bytes)],
    ...(media.seconds ? [['Length', `${media.seconds.toFixed(1)} s`]] : []),
  ];
  const close = h('button', { type: 'button', class: 'button is-primary', onclick: () => dialog.close() }, 'Close');
  const list = h(
    'dl',
    { class: 'details' },
    rows.map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
  );
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-label': 'Details' },
    h('h2', {}, 'Details'),
    list,
    h('footer', {}, close),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    from.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
