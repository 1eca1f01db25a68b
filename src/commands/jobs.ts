/** `/jobs`: the latest jobs, finished or not. */
import type { Job } from '../app.ts';
import type { Button } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import { define } from './kit/define.ts';

const maxShown = 10;
const maxButtons = 5;

/** States in words. A finished job shows its outcome. */
const words: Partial<Record<Job['state'], string>> = {
  queued: 'waiting',
  submitting: 'being sent',
  unknown: 'being looked into',
  running: 'being made',
  preparing: 'file being prepared',
  ready: 'being posted',
};

const stateOf = (job: Job) => words[job.state] ?? job.outcome ?? job.state;

/** Lists the latest jobs of the person, or of the whole place for a moderator. */
export const jobs = define({
  name: 'jobs',
  description: 'Your jobs: on the way, and lately finished',
  group: 'Your work',
  example: '',
  options: { place: { kind: 'flag', description: 'Everybody’s in this place; for moderators' } },
  private: true,

  async run({ app, origin }, { place = false }) {
    if (place && !origin.person.moderator) throw refuse('moderatorsOnly', { what: 'What everybody makes' });
    const { shown: recent, hidden } = place
      ? await app.jobs.recentHere(origin, maxShown)
      : { shown: await app.jobs.recent(origin, maxShown), hidden: 0 };
    const others = hidden > 0 ? ` Of the latest ${maxShown}, **${hidden}** are private.` : '';
    if (recent.length === 0) {
      const whose = place ? 'Nobody has' : 'You have';
      return {
        text: `${whose} no jobs yet that you can see.${others} Type \`/imagine\` and a few words.`,
        tone: 'plain',
      };
    }
    const facts = recent.map((job) => {
      const prompt = typeof job.request.prompt === 'string' ? job.request.prompt : job.operation;
      const who = place ? `${job.origin.person.name} · ` : '';
      return { label: `#${job.id}`, value: `${stateOf(job)} · ${who}${prompt.slice(0, 80)}` };
    });
    const open = recent.filter(({ outcome }) => outcome === null).length;
    const done = recent.filter(({ outcome }) => outcome === 'done');
    const buttons = done
      .slice(0, maxButtons)
      .map((job): Button => ({ label: `Show ${job.id}`, call: { command: 'show', options: { job: job.id } } }));
    const text = open > 0 ? `**${open}** on the way.` : 'Nothing is on the way.';
    return { text: `${text}${others}`, tone: 'plain', facts, buttons };
  },
});
