// @ts-check
/** The messages of a channel or thread: loads them, orders them, and scrolls as a reader expects. */
import { h } from './dom.js';
import { icon } from './icons.js';
import { renderMessage, threadLink } from './message.js';
import { dayOf } from './text.js';
import { groupedWithinMs, highlightMs } from './timings.js';

/** @typedef {import('../view.ts').View} View */
/** @typedef {{ channel: string, thread?: number }} Spot */

/** Distance from the end, in CSS pixels, within which the view follows new messages. */
const nearEndPx = 90;
/** Distance from the start, in CSS pixels, within which earlier messages load. */
const nearStartPx = 200;

/**
 * Returns the timeline in `box`.
 * @param {HTMLElement} box
 * @param {object} parts
 * @param {(stretch: Spot & { before?: number }) => Promise<{ messages: View[], more: boolean }>} parts.load
 * @param {() => import('./message.js').Doings} parts.doings
 * @param {() => HTMLElement} parts.empty what stands there while nothing was said
 * @param {boolean} parts.threads
 */
export function createTimeline(box, { load, doings, empty, threads }) {
  /** @type {Map<number, { view: View, node: HTMLElement, grouped: boolean }>} */
  const shown = new Map();
  const list = h('div', { class: 'timeline-list', role: 'log', 'aria-label': 'Messages', 'aria-live': 'off' });
  const scroller = h('div', { class: 'timeline-scroll', tabindex: 0, 'aria-label': 'Messages', role: 'region' }, list);
  const pill = h('button', { type: 'button', class: 'new-pill', hidden: true }, icon('down'), 'New messages');
  box.replaceChildren(scroller, pill);

  /** @type {Spot | undefined} */
  let spot;
  let more = false;
  /** Events that wait for a load under way, so that older news never replaces newer. @type {(() => void)[] | undefined} */
  let waiting;
  let visit = 0;
  let atEnd = true;

  /** Returns the distance from the end in CSS pixels. */
  const end = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    atEnd = true;
    pill.hidden = true;
  }
  scroller.addEventListener('scroll', () => {
    atEnd = end() < nearEndPx;
    if (atEnd) pill.hidden = true;
    if (scroller.scrollTop < nearStartPx) void older();
  });
  pill.addEventListener('click', toEnd);
  // Pictures have their size before they load. The composer grows, and the window changes its size.
  new ResizeObserver(() => atEnd && shown.size > 0 && toEnd()).observe(scroller);
  new ResizeObserver(() => atEnd && shown.size > 0 && toEnd()).observe(list);

  /** Shows another channel or thread from its end. @param {Spot} to */
  async function open(to) {
    visit += 1;
    const mine = visit;
    spot = to;
    waiting = [];
    shown.clear();
    list.replaceChildren(skeleton());
    const loaded = await load(to).catch((error) => {
      // Unset, so that the next attempt opens it.
      if (mine === visit) spot = waiting = undefined;
      throw error;
    });
    if (mine !== visit) return;
    const { messages, more: further } = loaded;
    list.replaceChildren();
    more = further;
    for (const view of messages) put(view);
    settle();
    if (shown.size > 0) toEnd();
    else scroller.scrollTop = 0;
  }

  /** Loads the end again after a break. The reader's place stays. */
  async function refresh() {
    if (!spot) return;
    const mine = visit;
    waiting ??= [];
    const { messages } = await load(spot).catch(nothing);
    if (mine !== visit) return;
    if (messages.length === 0) return settle();
    dropMissing(messages);
    for (const view of messages) put(view);
    settle();
    if (atEnd) toEnd();
  }

  /** Removes shown messages that a load of the end no longer has. @param {View[]} messages */
  function dropMissing(messages) {
    const first = messages[0]?.id ?? 0;
    const ids = new Set(messages.map(({ id }) => id));
    for (const id of [...shown.keys()]) if (id >= first && !ids.has(id)) drop(id);
  }

  /** Loads earlier messages. */
  async function older() {
    const oldest = [...shown.keys()].reduce((least, id) => Math.min(least, id), Number.POSITIVE_INFINITY);
    if (!more || !spot || waiting || !Number.isFinite(oldest)) return;
    const mine = visit;
    waiting = [];
    const before = scroller.scrollHeight - scroller.scrollTop;
    const { messages, more: further } = await load({ ...spot, before: oldest }).catch(nothing);
    if (mine !== visit) return;
    more = further;
    for (const view of messages) put(view);
    settle();
    scroller.scrollTop = scroller.scrollHeight - before;
  }

  /** Ends a load: handles the events that waited. */
  function settle() {
    const late = waiting ?? [];
    waiting = undefined;
    for (const each of late) each();
    if (shown.size === 0) list.replaceChildren(empty());
  }

  /** Whether a message belongs here. @param {View} view */
  const belongs = (view) =>
    spot !== undefined && view.channel === spot.channel && (view.thread === spot.thread || view.id === spot.thread);

  /** Shows a message that was added or changed. @param {View} view */
  function receive(view) {
    if (!belongs(view)) return;
    if (waiting) return void waiting.push(() => receive(view));
    const isNew = !shown.has(view.id);
    const follow = atEnd || (isNew && view.author?.id === doings().me);
    put(view);
    if (follow) toEnd();
    else if (isNew) pill.hidden = false;
  }

  /** Removes a message that was deleted. @param {number} id */
  function forget(id) {
    if (waiting) return void waiting.push(() => forget(id));
    drop(id);
    if (shown.size === 0 && spot) list.replaceChildren(empty());
  }

  /** Removes a message from the list. @param {number} id */
  function drop(id) {
    const held = shown.get(id);
    if (!held) return;
    held.node.remove();
    shown.delete(id);
    regroup();
  }

  /** Adds a message to the list, or replaces it. @param {View} view */
  function put(view) {
    const held = shown.get(view.id);
    if (held && sameBody(held.view, view)) {
      // Only the thread grew, so that the pictures stay.
      held.view = view;
      held.node.querySelector('.thread-link')?.remove();
      if (threads && view.replies) held.node.querySelector('.message-main')?.append(threadLink(view, doings()));
      return;
    }
    if (shown.size === 0) list.replaceChildren();
    const grouped = held?.grouped ?? false;
    const node = renderMessage(view, doings(), { grouped, threads });
    if (held) held.node.replaceWith(node);
    else list.insertBefore(node, following(view.id));
    shown.set(view.id, { view, node, grouped });
    if (!held) regroup();
  }

  /** Returns the node of the first message after `id`. @param {number} id */
  function following(id) {
    const after = [...shown.keys()]
      .filter((each) => each > id)
      .reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
    const node = shown.get(after)?.node ?? null;
    return node?.previousElementSibling?.classList.contains('day') ? node.previousElementSibling : node;
  }

  /** Updates names and days. It touches only messages that change. */
  function regroup() {
    for (const day of list.querySelectorAll('.day')) day.remove();
    /** @type {View | undefined} */
    let last;
    for (const held of [...shown.values()].sort((a, b) => a.view.id - b.view.id)) {
      const { view } = held;
      const newDay = last === undefined || dayOf(last.at) !== dayOf(view.at);
      const grouped =
        !newDay &&
        last !== undefined &&
        last.author?.id === view.author?.id &&
        last.private === view.private &&
        view.at - last.at < groupedWithinMs;
      if (grouped !== held.grouped) {
        const node = renderMessage(view, doings(), { grouped, threads });
        held.node.replaceWith(node);
        Object.assign(held, { node, grouped });
      }
      if (newDay) held.node.before(h('div', { class: 'day', role: 'separator' }, h('span', {}, dayOf(view.at))));
      last = view;
    }
  }

  /** Brings a message into view, and loads earlier ones if it has to. @param {number} id */
  async function reveal(id) {
    for (let page = 0; page < 10 && !shown.has(id) && more; page += 1) await older();
    const node = shown.get(id)?.node;
    if (!node) return false;
    node.scrollIntoView({ block: 'center' });
    node.classList.add('is-found');
    node.focus();
    setTimeout(() => node.classList.remove('is-found'), highlightMs);
    return true;
  }

  return { open, refresh, receive, forget, reveal, spot: () => spot };
}

/** Returns the result of a failed load. The shown messages stay, and further scrolling tries again. */
const nothing = () => ({ messages: /** @type {View[]} */ ([]), more: true });

/** Whether two messages differ in their replies only. @param {View} a @param {View} b */
const sameBody = (a, b) => JSON.stringify({ ...a, replies: 0 }) === JSON.stringify({ ...b, replies: 0 });

/** Returns the placeholder of messages that load. */
const skeleton = () => h('div', { class: 'skeleton', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
