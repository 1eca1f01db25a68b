// @ts-check
/** Pictures over the whole window. Arrows or a swipe show the next one, and a click zooms. */
import { h } from './dom.js';
import { icon } from './icons.js';
import { addressOf } from './picture.js';
import { download } from './picture-menu.js';

/** @typedef {import('../../../chat.ts').Media} Media */

/** Zoom factors: of a click, and the largest by wheel or keys. */
const zoom = { click: 2.5, max: 6 };
/** CSS pixels that a finger has to travel for the next picture. */
const swipePx = 50;
/** CSS pixels within which a press counts as a click. */
const clickPx = 6;

/**
 * Opens the viewer.
 * @param {Media[]} list
 * @param {number} first
 * @param {HTMLElement} from gets the focus back
 */
export function openViewer(list, first, from) {
  let index = first;
  let scale = 1;
  const moved = { x: 0, y: 0 };
  /** @type {{ x: number, y: number, baseX: number, baseY: number, touch: boolean, far: boolean } | undefined} */
  let drag;

  const stage = h('div', { class: 'viewer-stage', tabindex: -1, autofocus: true });
  const caption = h('p', { class: 'viewer-caption', 'aria-live': 'polite' });
  /** @param {import('./icons.js').IconName} name @param {string} label @param {() => void} run */
  const button = (name, label, run) =>
    h(
      'button',
      { type: 'button', class: `viewer-button viewer-${name}`, 'aria-label': label, onclick: run },
      icon(name),
    );
  const previous = button('left', 'Previous', () => go(-1));
  const next = button('right', 'Next', () => go(1));
  const tools = h(
    'div',
    { class: 'viewer-tools' },
    button('zoom', 'Zoom', () => zoomTo(scale > 1 ? 1 : zoom.click)),
    button('download', 'Download', () => current() && download(/** @type {Media} */ (current()))),
    button('close', 'Close', () => dialog.close()),
  );
  const dialog = h('dialog', { class: 'viewer', 'aria-label': 'Pictures' }, stage, previous, next, tools, caption);

  const current = () => list[index];
  const shown = () => /** @type {HTMLElement | null} */ (stage.firstElementChild);

  /** Shows the current picture. */
  function show() {
    const media = current();
    if (!media) return;
    const shape = { width: media.width, height: media.height, src: addressOf(media) };
    const isVideo = media.kind === 'video';
    stage.replaceChildren(
      isVideo
        ? h('video', { ...shape, controls: true, loop: true, autoplay: true, 'aria-label': media.alt })
        : h('img', { ...shape, alt: media.alt, draggable: false }),
    );
    const count = list.length > 1 ? `${index + 1} of ${list.length} · ` : '';
    caption.textContent = `${count}${media.alt}`;
    previous.hidden = next.hidden = list.length < 2;
    zoomTo(1);
  }

  /** Goes to another picture. @param {number} step */
  function go(step) {
    index = (index + step + list.length) % list.length;
    show();
  }

  /** Zooms. @param {number} to */
  function zoomTo(to) {
    scale = current()?.kind === 'video' ? 1 : Math.min(Math.max(to, 1), zoom.max);
    if (scale === 1) Object.assign(moved, { x: 0, y: 0 });
    stage.classList.toggle('is-zoomed', scale > 1);
    place();
  }

  /** Applies zoom and drag. */
  function place() {
    const element = shown();
    if (element) element.style.transform = `translate(${moved.x}px, ${moved.y}px) scale(${scale})`;
  }

  /** Whether a pointer is on the picture. @param {PointerEvent} event */
  function isOnPicture({ clientX, clientY }) {
    const box = shown()?.getBoundingClientRect();
    if (!box) return false;
    return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  }

  /** Handles the end of a swipe, a drag or a click. @param {NonNullable<typeof drag>} ended @param {PointerEvent} event */
  function endDrag(ended, event) {
    const travelled = event.clientX - ended.x;
    if (ended.touch && scale === 1 && Math.abs(travelled) > swipePx) return go(travelled > 0 ? -1 : 1);
    if (ended.far) return;
    // A click beside the picture closes the viewer.
    if (isOnPicture(event)) zoomTo(scale > 1 ? 1 : zoom.click);
    else dialog.close();
  }

  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') go(-1);
    else if (event.key === 'ArrowRight') go(1);
    else if (event.key === '+' || event.key === '=') zoomTo(scale * 1.5);
    else if (event.key === '-') zoomTo(scale / 1.5);
    else return;
    event.preventDefault();
  });
  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      zoomTo(scale * (event.deltaY < 0 ? 1.2 : 1 / 1.2));
    },
    { passive: false },
  );
  stage.addEventListener('pointerdown', ({ clientX: x, clientY: y, pointerType, pointerId, target }) => {
    if (target instanceof HTMLVideoElement) return;
    stage.setPointerCapture(pointerId);
    drag = { x, y, baseX: moved.x, baseY: moved.y, touch: pointerType === 'touch', far: false };
  });
  stage.addEventListener('pointermove', ({ clientX, clientY }) => {
    if (!drag) return;
    const x = clientX - drag.x;
    const y = clientY - drag.y;
    if (Math.hypot(x, y) > clickPx) drag.far = true;
    if (scale > 1) {
      Object.assign(moved, { x: drag.baseX + x, y: drag.baseY + y });
      place();
    }
  });
  stage.addEventListener('pointerup', (event) => {
    const ended = drag;
    drag = undefined;
    if (ended) endDrag(ended, event);
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    from.focus();
  });
  document.body.append(dialog);
  show();
  dialog.showModal();
}
