// @ts-check
/** Pictures and videos of a message: laid out by their number and shapes, and covered if they have to be. */
import { h } from './dom.js';
import { icon } from './icons.js';
import { longPressMs } from './timings.js';

/** @typedef {import('../../../chat.ts').Media} Media */
/** @typedef {{ open(list: Media[], index: number, from: HTMLElement): void, menu(media: Media, list: Media[], at: MenuPoint): void }} PictureActions */
/** @typedef {{ x: number, y: number, from: HTMLElement }} MenuPoint */

/** Plays videos that are in view, and pauses the others. */
const inView = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!(target instanceof HTMLVideoElement)) continue;
      if (isIntersecting) target.play().catch(() => {});
      else target.pause();
    }
  },
  { threshold: 0.4 },
);
const stillness = matchMedia('(prefers-reduced-motion: reduce)');

/** Returns the address of a picture. @param {Media} media */
export const addressOf = (media) => `/media/${encodeURIComponent(media.id)}`;

/**
 * Returns the number of columns that makes the pictures a block, and neither a tower nor a ribbon.
 * @param {number} count
 * @param {number} ratio width by height
 */
function columnsFor(count, ratio) {
  if (count <= 2) return count === 2 && ratio > 2 ? 1 : count;
  if (count === 3) return ratio > 1.1 ? 2 : 3;
  if (count === 4) return ratio < 0.8 ? 4 : 2;
  return ratio < 0.8 || count > 6 ? 4 : 3;
}

/**
 * Returns the pictures of a message.
 * @param {Media[]} list
 * @param {PictureActions} actions
 */
export function pictures(list, actions) {
  const ratios = list.map(({ width, height }) => width / height);
  const mean = ratios.reduce((sum, each) => sum + each, 0) / ratios.length;
  // A cell has the pictures' shape, unless that is a needle. Usually all pictures of a message have the same shape.
  const ratio = list.length === 1 ? mean : Math.min(Math.max(mean, 0.5), 2.4);
  const columns = columnsFor(list.length, ratio);
  // Three wide ones have the first above the others.
  const lead = list.length === 3 && columns === 2;
  const rows = lead ? 1.5 : Math.ceil(list.length / columns);
  const grid = h('div', {
    class: `pictures${lead ? ' has-lead' : ''}${list.length === 1 ? ' is-one' : ''}${list.length > 6 ? ' is-many' : ''}`,
  });
  for (const [name, value] of Object.entries({ ratio, columns, rows }))
    grid.style.setProperty(`--${name}`, String(value));
  grid.append(...list.map((media, index) => picture(media, index, list, actions)));
  return grid;
}

/**
 * Returns one picture with its menu.
 * @param {Media} media
 * @param {number} index
 * @param {Media[]} list
 * @param {PictureActions} actions
 */
function picture(media, index, list, actions) {
  const shape = { width: media.width, height: media.height };
  const menu = h(
    'button',
    { type: 'button', class: 'picture-menu', 'aria-label': 'What to do with this picture', 'aria-haspopup': 'menu' },
    icon('more'),
  );
  const content = media.kind === 'video' ? video(media) : image();
  const figure = h('figure', { class: `picture is-${media.kind}` }, content, menu);
  const first = /** @type {HTMLElement} */ (content);
  if (media.spoiler) figure.append(cover(figure, content));

  menu.addEventListener('click', () => {
    const { left, bottom } = menu.getBoundingClientRect();
    actions.menu(media, list, { x: left, y: bottom + 4, from: menu });
  });
  figure.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    const box = figure.getBoundingClientRect();
    // The keyboard has no pointer, so that the menu opens on the picture.
    const byKey = event.clientX === 0 && event.clientY === 0;
    actions.menu(media, list, {
      x: byKey ? box.left + 16 : event.clientX,
      y: byKey ? box.top + 16 : event.clientY,
      from: first,
    });
  });
  onLongPress(figure, (x, y) => actions.menu(media, list, { x, y, from: first }));
  return figure;

  function image() {
    const img = h('img', { src: addressOf(media), alt: media.alt, ...shape, loading: 'lazy', decoding: 'async' });
    img.addEventListener('error', () => figure.classList.add('is-gone'));
    return h(
      'button',
      { type: 'button', class: 'picture-open', 'aria-label': `Open: ${media.alt}`, onclick: open },
      img,
    );
  }
  function open() {
    actions.open(list, index, first);
  }
}

/** Returns a video. @param {Media} media */
function video(media) {
  const attributes = {
    src: addressOf(media),
    controls: true,
    loop: true,
    muted: true,
    playsinline: true,
    preload: 'metadata',
  };
  const player = h('video', {
    ...attributes,
    width: media.width,
    height: media.height,
    'aria-label': media.alt,
    tabindex: 0,
  });
  // The attribute alone does not mute an element that a script made.
  player.muted = true;
  if (!stillness.matches && !media.spoiler) inView.observe(player);
  return player;
}

/**
 * Covers a picture, and returns the button that uncovers it.
 * @param {HTMLElement} figure
 * @param {HTMLElement} content
 */
function cover(figure, content) {
  figure.classList.add('is-covered');
  content.inert = true;
  const button = h('button', { type: 'button', class: 'picture-cover' }, h('span', {}, 'Show'));
  button.setAttribute('aria-label', 'Hidden picture: show it');
  button.addEventListener('click', () => {
    figure.classList.remove('is-covered');
    content.inert = false;
    button.remove();
    content.focus();
  });
  return button;
}

/**
 * Calls `pressed` when a finger rests on an element.
 * @param {HTMLElement} element
 * @param {(x: number, y: number) => void} pressed
 */
function onLongPress(element, pressed) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const stop = () => clearTimeout(timer);
  element.addEventListener('pointerdown', ({ pointerType, clientX, clientY }) => {
    if (pointerType === 'touch') timer = setTimeout(() => pressed(clientX, clientY), longPressMs);
  });
  for (const ending of ['pointerup', 'pointercancel', 'pointermove']) element.addEventListener(ending, stop);
}
