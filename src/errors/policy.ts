/** The part of the catalogue about policy: moderators' rules, spending limits and rate limits. */
import { list, quoted, type Sentence, short } from './sentence.ts';

/** Returns a time in words, rounded up, so that a person does not come back too early. */
function span(seconds: number): string {
  const [count, unit] =
    seconds <= 90 ? [seconds, 'second'] : seconds <= 5_400 ? [seconds / 60, 'minute'] : [seconds / 3_600, 'hour'];
  const whole = Math.max(1, Math.ceil(count));
  return unit === 'hour' && whole > 48
    ? `${Math.ceil(whole / 24)} days`
    : `${whole === 1 ? 'one' : whole} ${unit}${whole === 1 ? '' : 's'}`;
}

const amount = (value: number) => Math.round(value * 100) / 100;

/** A spending limit that is reached. `left` is what remains, and `needs` the cost of this work, in credits or jobs. */
export type OverBudget = {
  whose: 'person' | 'place';
  what: 'credits' | 'jobs';
  per: 'day' | 'month';
  max: number;
  left: number;
  needs: number;
  resetsIn: number;
};

/** The event, its cost and the next step, by code. Failed jobs keep the code: never rename one. */
export const policySentences = {
  moderatorsOnly: (p: { what: string }): Sentence => ({
    what: `${short(p.what, 60)} is for moderators only.`,
    cost: 'nothing',
    next: 'Ask one of them.',
  }),
  tooFast: (p: { whose: 'person' | 'place'; seconds: number }): Sentence => ({
    what:
      p.whose === 'person' ? 'That was faster than I can follow you.' : 'More is asked of me here than I can follow.',
    cost: 'nothing',
    next: `Try again in ${span(p.seconds)}.`,
  }),
  paused: (): Sentence => ({
    what: 'A moderator has paused me here, so nothing new is made; what is on the way goes on.',
    cost: 'nothing',
    next: 'Ask a moderator when it goes on.',
  }),
  notHere: (): Sentence => ({
    what: 'The moderators keep this to other channels.',
    cost: 'nothing',
    next: 'Ask in one of those; a moderator can tell you which.',
  }),
  modelNotAllowed: (p: { model: string; allowed: string[] }): Sentence => ({
    what: `The moderators do not allow ${short(p.model, 60)} here.`,
    cost: 'nothing',
    next: p.allowed.length ? `Choose ${list(p.allowed)}.` : 'Choose something else.',
  }),
  needsRole: (p: { what: string }): Sentence => ({
    what: `${p.what} is not open to everybody here.`,
    cost: 'nothing',
    next: 'A moderator can say who may do that, and add you.',
  }),
  privateForbidden: (): Sentence => ({
    what: 'The moderators do not allow private results here.',
    cost: 'nothing',
    next: 'Send it again with private off.',
  }),
  blockedWord: (p: { word: string }): Sentence => ({
    what: `The moderators do not want ${quoted(p.word)} in a prompt here.`,
    cost: 'nothing',
    next: 'Write it in other words and try again.',
  }),
  adultOnly: (p: { what: string }): Sentence => ({
    what: `${quoted(p.what)} is for age-restricted channels only.`,
    cost: 'nothing',
    next: 'Ask for it in such a channel, or for something else here.',
  }),
  overBudget: ({ whose, what, per, max, left, needs, resetsIn }: OverBudget): Sentence => {
    const unit = (count: number) => `${amount(count)} ${amount(count) === 1 ? what.slice(0, -1) : what}`;
    const today = per === 'day' ? 'today' : 'this month';
    const [who, have] = whose === 'person' ? ['you', 'you have'] : ['everybody here together', 'there are'];
    const short = what === 'credits' && left > 0 ? `, and this would take about ${amount(needs)}` : '';
    return {
      what: `${whose === 'person' ? 'You may' : 'All of you together may'} ${what === 'jobs' ? 'start' : 'spend'} ${unit(max)} ${today}; ${have} ${left > 0 ? amount(left) : 'none'} left${short}.`,
      cost: 'nothing',
      next: `It starts afresh in ${span(resetsIn)}; /budget shows more${who === 'you' ? '' : ', and moderators can raise it'}.`,
    };
  },
  settingEmpty: (p: { setting: string }): Sentence => ({
    what: `There is nothing in the new ${short(p.setting, 40)}.`,
    cost: 'nothing',
    next: `Give a value, or put it back to its default with a reset.`,
  }),
  notAnId: (p: { given: string }): Sentence => ({
    what: `${quoted(p.given)} is not something that I can recognise later.`,
    cost: 'nothing',
    next: 'Mention it, give its id, or write “here” in the channel that you mean.',
  }),
  notPerChannel: (p: { setting: string }): Sentence => ({
    what: `${short(p.setting, 40)} is the same in every channel.`,
    cost: 'nothing',
    next: 'Set it without channel, for the whole place.',
  }),
};
