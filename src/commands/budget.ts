/** `/budget`: what a person has used, what is left of it, and what their latest work cost. */
import type { App, Job } from '../app.ts';
import type { Message } from '../chat.ts';
import { define } from './kit/define.ts';
import { about } from './moment.ts';

/** Latest jobs that the answer lists with their cost. */
const maxRecentJobs = 5;

type Remaining = Awaited<ReturnType<App['remainingSpending']>>;

const amount = (value: number) => String(Math.round(value * 100) / 100);
const jobs = (count: number) => (count === 1 ? '**1** job' : `**${count}** jobs`);
const credits = (value: number) => (value === 1 ? '**1** credit' : `**${amount(value)}** credits`);
const sum = (spent: { jobs: number; credits: number }) => `${jobs(spent.jobs)} for ${credits(spent.credits)}`;

function costOf({ outcome, credits: paid, expected }: Job): string {
  if (outcome === 'failed' || outcome === 'cancelled') return `${outcome}, counts as nothing`;
  if (outcome === 'done' && paid !== null) return `${amount(paid)} credits`;
  return expected === null ? 'what it costs is not known' : `about ${amount(expected)} credits`;
}

const factOf = ({ whose, what, per, used, max, resetsIn }: Remaining['limits'][number]) => ({
  label: `${whose === 'person' ? 'your' : 'everybody’s'} ${what} ${per === 'day' ? 'today' : 'this month'}`,
  value: `${amount(used)} of ${amount(max)}, ${amount(Math.max(0, max - used))} left, afresh in ${about(resetsIn)}`,
});

/** Shows what the person has used today and this month, and the limits that hold for them. */
export const budget = define({
  name: 'budget',
  description: 'What you have used today and this month, and what is left',
  group: 'Your work',
  example: '',
  options: {},
  private: true,

  async run({ app, origin }): Promise<Message> {
    const [{ usage, limits, open, exempt }, recent] = await Promise.all([
      app.remainingSpending(origin),
      app.jobs.recent(origin, maxRecentJobs),
    ]);
    const { moderator } = origin.person;
    const { person, place, unpriced } = usage;
    const unknown = unpriced > 0 ? ` What ${jobs(unpriced)} of today cost is not known.` : '';
    const together = moderator ? ` Everybody here: ${sum(place.day)} today, ${sum(place.month)} this month.` : '';
    const shownLimits = limits.filter(({ whose }) => whose === 'person' || moderator);
    const free = shownLimits.length > 0 ? '' : ' No limit is set.';
    const facts = [
      ...shownLimits.map(factOf),
      { label: 'on the way', value: `${open.now} of at most ${open.max}` },
      ...(exempt ? [{ label: 'limits', value: 'the personal ones do not hold for you' }] : []),
      ...recent.map((job) => ({ label: `#${job.id}`, value: `${job.model}, ${costOf(job)}` })),
    ];
    return {
      text: `Today you have used ${sum(person.day)}, this month ${sum(person.month)}.${unknown}${together}${free} Days and months are UTC’s; what failed counts as nothing.`,
      tone: 'plain',
      facts,
    };
  },
});
