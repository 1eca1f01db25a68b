// @ts-check
/** The progress of a job: its stage, its seconds, and a bar that never reaches the end by itself. */
import { h } from './dom.js';
import { span } from './text.js';
import { progressTickMs } from './timings.js';

/** The words for each stage. */
const stages = {
  queued: 'Waiting in line',
  running: 'Making it',
  preparing: 'Preparing the file',
  posting: 'Bringing it here',
  done: 'Done',
  failed: 'Stopped',
};

/**
 * Returns the progress, whose seconds go on by themselves.
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
    // The bar is at four fifths at the usual time, and gets ever slower after it.
    if (known) fill.style.inlineSize = `${100 * (1 - Math.exp((-1.61 * now) / usual))}%`;
  }
  tick();
  const timer = setInterval(() => (element.isConnected ? tick() : clearInterval(timer)), progressTickMs);
  return element;
}
