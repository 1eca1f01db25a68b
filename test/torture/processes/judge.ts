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
 *   change an ephemeral message after a quarter of an hour.
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
export function judge(calls: readonly Made[], books: Books): Judgement {
  const judgement: Judgement = {
    lost: 0,
    twice: 0,
    wrongPerson: 0,
    paidTwice: 0,
    accepted: 0,
    cannotTell: 0,
    failures: 0,
    unanswered: 0,
    leftovers: 0,
    stories: [],
  };
  for (const call of calls) {
    const messages = books.seen.filter(({ text }) => text.includes(call.prompt));
    const jobs = books.paid.filter((job) => job.prompt === call.prompt);
    const isAccepted = jobs.length > 0 || books.said.includes(call.prompt);
    judgement[isAccepted ? 'accepted' : 'unanswered'] += 1;
    judgeEnd(judgement, call, { messages, jobs, isAccepted });
    for (const message of messages) judgeMessage(judgement, call, message, jobs);
  }
  judgePings(judgement, books.seen);
  return judgement;
}

function blame(judgement: Judgement, fault: Fault, prompt: string, what: string): void {
  judgement[fault] += 1;
  judgement.stories.push({ prompt, fault, what });
}

/** The messages and the jobs of one call. */
type Facts = { messages: Seen[]; jobs: Paid[]; isAccepted: boolean };

/** Judges that an accepted call has one end, one job, and the truth about what was spent. */
function judgeEnd(judgement: Judgement, { prompt }: Made, { messages, jobs, isAccepted }: Facts): void {
  const sure = messages.filter((one) => isEnding(one) && !isUnsure(one));
  const endings = sure.length > 0 ? sure : messages.filter(isUnsure);
  if (jobs.length > 1) blame(judgement, 'paidTwice', prompt, `${jobs.length} jobs`);
  if (endings.length > 1) blame(judgement, 'twice', prompt, `${endings.length} answers`);
  const [ending] = endings;
  if (!ending) {
    if (isAccepted) blame(judgement, 'lost', prompt, `${messages.length} messages, none of them an end`);
    return;
  }
  if (ending.files.length === 0) {
    judgement[isUnsure(ending) ? 'cannotTell' : 'failures'] += 1;
    if (jobs.length > 0 && /othing was spent|osts? nothing/.test(ending.text))
      blame(judgement, 'lost', prompt, 'said that nothing was spent, though it was');
  }
  if (messages.some(isWorking)) judgement.leftovers += 1;
}

/** Judges that a message is in the right place, answers the right call, and has the files of its own job. */
function judgeMessage(judgement: Judgement, call: Made, message: Seen, jobs: readonly Paid[]): void {
  const { prompt, channel, person, isPrivate } = call;
  const { files, answers, reader, channel: where } = message;
  const isRightPlace = isPrivate ? reader === person : where === channel;
  if (!isRightPlace) blame(judgement, 'wrongPerson', prompt, `shown in ${where} to ${reader ?? 'everybody'}`);
  if (answers !== undefined && answers !== prompt) blame(judgement, 'wrongPerson', prompt, `answers ${answers}`);
  const own = jobs.flatMap((job) => job.files);
  const wrong = files.filter((file) => !own.includes(file));
  if (wrong.length > 0) blame(judgement, 'wrongPerson', prompt, 'has a picture that is not its own');
  else if (files.length > 0 && files.length < own.length / Math.max(1, jobs.length))
    blame(judgement, 'lost', prompt, `has ${files.length} of ${own.length} files`);
}

/** Judges that each job has one ping at most. */
function judgePings(judgement: Judgement, seen: readonly Seen[]): void {
  const pings = seen.flatMap(({ text }) => /job .{0,3}\d+ is ready/.exec(text)?.[0] ?? []);
  for (const ping of new Set(pings))
    if (pings.filter((one) => one === ping).length > 1) blame(judgement, 'twice', ping, 'told twice that it is ready');
}
