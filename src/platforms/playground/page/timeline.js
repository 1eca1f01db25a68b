// @ts-check
/** The messages of one channel or thread: loads them, keeps them in order, and scrolls as a reader expects. */
import { h } from './dom.js';
import { icon } from './icons.js';
import { renderMessage, threadLink } from './message.js';
import { dayOf } from './text.js';

/** @typedef {import('../view.ts').View} View */
/** @typedef {{ channel: string, thread?: number }} Spot */

/** Milliseconds within which messages of one author stand under one name. */
const together = 5 * 60_000;
/** Closer to the end than this, in CSS pixels, a reader wants to see what is new. */
const nearEnd = 90;

/**
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
  /** Events that arrive while a stretch loads wait for it, so that older news never undoes newer. @type {(() => void)[] | undefined} */
  let waiting;
  let visit = 0;
  let atEnd = true;

  const end = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    atEnd = true;
    pill.hidden = true;
  }
  scroller.addEventListener('scroll', () => {
    atEnd = end() < nearEnd;
    if (atEnd) pill.hidden = true;
    if (scroller.scrollTop < 200) void older();
  });
  pill.addEventListener('click', toEnd);
  // Pictures have their size before they load, but the composer grows and the window turns.
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
      // So that the next try opens it, and is not taken for a return to it.
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

  /** Loads the end again without losing the reader's place, after a break. */
  async function refresh() {
    if (!spot) return;
    const mine = visit;
    waiting ??= [];
    const { messages } = await load(spot).catch(nothing);
    if (mine !== visit) return;
    if (messages.length === 0) return settle();
    const first = messages[0]?.id ?? 0;
    const kept = new Set(messages.map(({ id }) => id));
    for (const id of [...shown.keys()]) if (id >= first && !kept.has(id)) drop(id);
    for (const view of messages) put(view);
    settle();
    if (atEnd) toEnd();
  }

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

  function settle() {
    const late = waiting ?? [];
    waiting = undefined;
    for (const each of late) each();
    if (shown.size === 0) list.replaceChildren(empty());
  }

  /** @param {View} view */
  const belongs = (view) =>
    spot !== undefined && view.channel === spot.channel && (view.thread === spot.thread || view.id === spot.thread);

  /** Something was said or changed. @param {View} view */
  function receive(view) {
    if (!belongs(view)) return;
    if (waiting) return void waiting.push(() => receive(view));
    const isNew = !shown.has(view.id);
    const follow = atEnd || (isNew && view.author?.id === doings().me);
    put(view);
    if (follow) toEnd();
    else if (isNew) pill.hidden = false;
  }

  /** @param {number} id */
  function forget(id) {
    if (waiting) return void waiting.push(() => forget(id));
    drop(id);
    if (shown.size === 0 && spot) list.replaceChildren(empty());
  }

  /** @param {number} id */
  function drop(id) {
    const held = shown.get(id);
    if (!held) return;
    held.node.remove();
    shown.delete(id);
    regroup();
  }

  /** @param {View} view */
  function put(view) {
    const held = shown.get(view.id);
    if (held && sameBody(held.view, view)) {
      // Only the thread grew: the pictures stay as they are.
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

  /** The node of the first message after `id`. @param {number} id */
  function following(id) {
    const after = [...shown.keys()]
      .filter((each) => each > id)
      .reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
    const node = shown.get(after)?.node ?? null;
    return node?.previousElementSibling?.classList.contains('day') ? node.previousElementSibling : node;
  }

  /** Puts names and days where they belong, touching only messages for which that changes. */
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
        view.at - last.at < together;
      if (grouped !== held.grouped) {
        const node = renderMessage(view, doings(), { grouped, threads });
        held.node.replaceWith(node);
        Object.assign(held, { node, grouped });
      }
      if (newDay) held.node.before(h('div', { class: 'day', role: 'separator' }, h('span', {}, dayOf(view.at))));
      last = view;
    }
  }

  /** Brings a message into view; loads what was said before if it has to. @param {number} id */
  async function reveal(id) {
    for (let page = 0; page < 10 && !shown.has(id) && more; page += 1) await older();
    const node = shown.get(id)?.node;
    if (!node) return false;
    node.scrollIntoView({ block: 'center' });
    node.classList.add('is-found');
    node.focus();
    setTimeout(() => node.classList.remove('is-found'), 2500);
    return true;
  }

  return { open, refresh, receive, forget, reveal, spot: () => spot };
}

/** What is there after a load that failed: the reader keeps what there was, and scrolling on tries again. */
const nothing = () => ({ messages: /** @type {View[]} */ ([]), more: true });

/** @param {View} a @param {View} b */
const sameBody = (a, b) => JSON.stringify({ ...a, replies: 0 }) === JSON.stringify({ ...b, replies: 0 });

const skeleton = () => h('div', { class: 'skeleton', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
