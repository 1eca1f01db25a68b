/** `/status`: the state of the bot and of everything that it depends on. */
import { define } from './kit/define.ts';

/** Returns a span in words. */
const duration = (seconds: number) =>
  seconds < 120
    ? `${Math.round(seconds)} s`
    : seconds < 7_200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3_600)} h`;

/** Sentences about the database, by the word for its trouble. */
const troubles: Record<string, string> = {
  away: 'cannot be reached',
  silent: 'does not answer',
  crowded: 'takes no more connections',
  'read-only': 'takes no writes',
  full: 'is full',
};

/** Shows whether the bot, its database and PhotoGPT work. */
export const status = define({
  name: 'status',
  description: 'Whether the bot and PhotoGPT work',
  group: 'The bot',
  example: '',
  options: {},
  private: true,

  async run({ app, signal }) {
    const { api, states, version, uptime, database, disk, foreign } = await app.status(signal);
    const work = states.map(({ what, state, count, oldest, stuck }) => ({
      label: what === 'job' ? state : `to say, ${state}`,
      value: `${count}, the oldest for ${duration(oldest)}${stuck > 0 ? `; ${stuck} for too long` : ''}`,
    }));
    const trouble = database.trouble && (troubles[database.trouble] ?? 'does not work');
    const queue = database.trouble ? 'nobody can tell' : 'empty';
    const facts = [
      {
        label: 'PhotoGPT',
        value: api.ok ? `answers in ${Math.round(api.milliseconds)} ms` : `does not answer: ${api.reason}`,
      },
      ...(work.length > 0 ? work : [{ label: 'queue', value: queue }]),
      { label: 'database', value: trouble ? `${database.engine}, ${trouble}` : database.engine },
      ...(disk ? [] : [{ label: 'disk', value: 'takes no files' }]),
      ...(foreign ? [{ label: 'key', value: 'also used by somebody else' }] : []),
      { label: 'version', value: `${version}, up for ${duration(uptime)}` },
    ];
    const wrong = [
      ...(trouble ? [`The database ${trouble}; nothing new can be started until it does its work again.`] : []),
      ...(disk ? [] : ['There is no room for pictures; results wait until there is.']),
      ...(api.ok ? [] : ['PhotoGPT cannot be reached; work waits until it can.']),
      ...(states.some(({ stuck }) => stuck > 0) ? ['Some work takes longer than it should and is looked into.'] : []),
    ];
    return { text: wrong.join(' ') || 'Everything works.', tone: wrong.length === 0 ? 'good' : 'bad', facts };
  },
});
