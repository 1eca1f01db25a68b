/** `/status`: whether everything works. */
import { define } from './define.ts';

const duration = (seconds: number) =>
  seconds < 120
    ? `${Math.round(seconds)} s`
    : seconds < 7_200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3_600)} h`;

export const status = define({
  name: 'status',
  description: 'Whether the bot and PhotoGPT work',
  group: 'The bot',
  example: '',
  options: {},
  private: true,

  async run({ app, signal }) {
    const { api, states, version, uptime, database, foreign } = await app.status(signal);
    const work = states.map(({ state, count, oldest }) => ({
      label: state,
      value: `${count}, the oldest for ${duration(oldest)}`,
    }));
    const facts = [
      {
        label: 'PhotoGPT',
        value: api.ok ? `answers in ${Math.round(api.milliseconds)} ms` : `does not answer: ${api.reason}`,
      },
      ...(work.length > 0 ? work : [{ label: 'queue', value: 'empty' }]),
      { label: 'database', value: database },
      ...(foreign ? [{ label: 'key', value: 'also used by somebody else' }] : []),
      { label: 'version', value: `${version}, up for ${duration(uptime)}` },
    ];
    return {
      text: api.ok ? 'Everything works.' : 'PhotoGPT cannot be reached; work waits until it can.',
      tone: api.ok ? 'good' : 'bad',
      facts,
    };
  },
});
