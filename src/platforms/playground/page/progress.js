// @ts-check
/** How far a piece of work is: its stage, seconds that tick by themselves, and a bar that never pretends to be done. */
import { h } from './dom.js';
import { span } from './text.js';

const stages = {
  queued: 'Waiting in line',
  running: 'Making it',
  preparing: 'Preparing the file',
  posting: 'Bringing it here',
  done: 'Done',
  failed: 'Stopped',
};

/**
 * @param {import('../../../chat.ts').Progress} progress
 * @returns {HTMLElement}
 */
export function progressBar(progress) {
  const { stage, elapsed, usual } = progress;
  const began = performance.now() - elapsed * 1000;
  const seconds = h('span', { class: 'progress-seconds' });
  const fill = h('span', { class: 'progress-fill' });
  const known = usual !== undefined && stage === 'running';
  const bar = h('div', { class: known ? 'progress-bar' : 'progress-bar is-open', 'aria-hidden': 'true' }, fill);
  const label = h('div', { class: 'progress-label' }, h('span', {}, stages[stage]), seconds);
  const element = h('div', { class: 'progress' }, label, bar);
  if (stage === 'done' || stage === 'failed') return h('div', { class: 'progress' }, label);

  function tick() {
    const now = (performance.now() - began) / 1000;
    seconds.textContent = known ? `${span(now)} of about ${span(usual)}` : span(now);
    // Four fifths at the usual time, and ever slower after it.
    if (known) fill.style.inlineSize = `${100 * (1 - Math.exp((-1.61 * now) / usual))}%`;
  }
  tick();
  const timer = setInterval(() => (element.isConnected ? tick() : clearInterval(timer)), 1000);
  return element;
}
