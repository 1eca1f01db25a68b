/** Judges one seed by the ledgers of the fake chats and of the sandbox alone: the outcome of every call. */
import type { Paid, Seen } from './books.ts';

/** A call as a person made it. `channel` and `person` are ids of the platform. */
export type Made = { prompt: string; channel: string; person: string; isPrivate: boolean };

/** The ledgers: messages as they stand, everything that was ever said, and jobs that were paid for. */
export type Books = { seen: Seen[]; said: string; paid: Paid[] };

type Fault = 'lost' | 'twice' | 'wrongPerson' | 'paidTwice';
/**
 * Counts of calls.
 * - `failures`: calls that failed and said so.
 * - `unanswered`: calls that were never accepted.
 * - `leftovers`: calls with an end, of which another message still says that the work goes on. Discord lets no bot
 *   change
 *   an ephemeral message after a quarter of an hour.
 * - `stories`: one for each fault.
 */
export type Judgement = Record<Fault | 'accepted' | 'cannotTell' | 'failures' | 'unanswered' | 'leftovers', number> & {
  stories: { prompt: string; fault: Fault; what: string }[];
};

/** Whether the message is a result or a failure. Only results have files, and only failures can be tried again. */
const isEnding = ({ files, buttons }: Seen) => files.length > 0 || buttons.includes('Retry');

/** Whether the message says that the request is ambiguous. Beside another end it does not count as a second one. */
const isUnsure = ({ files, text }: Seen) => files.length === 0 && text.includes('nobody can tell');

/** Whether the message shows a job on its way. Only such a job can be cancelled. */
const isWorking = ({ files, buttons }: Seen) => files.length === 0 && buttons.includes('Cancel');

/** Returns the number of calls that show that they are on their way, and have no end. */
export function waitingOf(calls: readonly Made[], seen: readonly Seen[]): number {
  return calls.filter(({ prompt }) => {
    const messages = seen.filter(({ text }) => text.includes(prompt));
    return messages.some(isWorking) && !messages.some((one) => isEnding(one) || isUnsure(one));
  }).length;
}

/** Returns the prompts of the calls that have an end. */
export const endedOf = (calls: readonly Made[], seen: readonly Seen[]) =>
  calls
    .map(({ prompt }) => prompt)
    .filter((prompt) => seen.some((one) => (isEnding(one) || isUnsure(one)) && one.text.includes(prompt)));

/** Returns the judgement of all calls. */
export function judge(calls: readonly Made[], { seen, said, paid }: Books): Judgement {
  const judgement: Judgement = {
    ...{ lost: 0, twice: 0, wrongPerson: 0, paidTwice: 0 },
    ...{ accepted: 0, cannotTell: 0, failures: 0, unanswered: 0, leftovers: 0, stories: [] },
  };
  const blame = (fault: Fault, prompt: string, what: string) => {
    judgement[fault] += 1;
    judgement.stories.push({ prompt, fault, what });
  };

  for (const { prompt, channel, person, isPrivate } of calls) {
    const jobs = paid.filter((job) => job.prompt === prompt);
    const messages = seen.filter(({ text }) => text.includes(prompt));
    const sure = messages.filter((one) => isEnding(one) && !isUnsure(one));
    const endings = sure.length > 0 ? sure : messages.filter(isUnsure);
    const isAccepted = jobs.length > 0 || said.includes(prompt);
    if (!isAccepted) judgement.unanswered += 1;
    else judgement.accepted += 1;

    if (jobs.length > 1) blame('paidTwice', prompt, `${jobs.length} jobs`);
    if (endings.length > 1) blame('twice', prompt, `${endings.length} answers`);
    const [ending] = endings;
    if (isAccepted && !ending) blame('lost', prompt, `${messages.length} messages, none of them an end`);
    else if (ending && ending.files.length === 0) {
      judgement[isUnsure(ending) ? 'cannotTell' : 'failures'] += 1;
      if (jobs.length > 0 && /othing was spent|osts? nothing/.test(ending.text))
        blame('lost', prompt, 'said that nothing was spent, though it was');
    }
    const working = messages.filter(isWorking).length;
    if (ending && working > 0) judgement.leftovers += 1;
    for (const { files, answers, reader, channel: where } of messages) {
      const rightPlace = isPrivate ? reader === person : where === channel;
      if (!rightPlace) blame('wrongPerson', prompt, `shown in ${where} to ${reader ?? 'everybody'}`);
      if (answers !== undefined && answers !== prompt) blame('wrongPerson', prompt, `answers ${answers}`);
      const own = jobs.flatMap((job) => job.files);
      const wrong = files.filter((file) => !own.includes(file));
      if (wrong.length > 0) blame('wrongPerson', prompt, 'has a picture that is not its own');
      else if (files.length > 0 && files.length < own.length / Math.max(1, jobs.length))
        blame('lost', prompt, `has ${files.length} of ${own.length} files`);
    }
  }
  const pings = seen.flatMap(({ text }) => /job .{0,3}\d+ is ready/.exec(text)?.[0] ?? []);
  for (const ping of new Set(pings))
    if (pings.filter((one) => one === ping).length > 1) blame('twice', ping, 'told twice that it is ready');
  return judgement;
}
