/** `a {red,blue} car in {rain,snow}`: one prompt that stands for several, each a job of its own. */
import type { Call, Message } from '../../chat.ts';
import { refuse, UserError } from '../../errors/catalogue.ts';
import type { Context } from '../kit/define.ts';
import { expectedCost } from './start-pictures.ts';

/** More at once would be a slip more often than a wish. */
const mostAlternatives = 16;

/**
 * Every prompt that the braces stand for, in reading order; the prompt itself where there are none. Braces without a
 * comma are left as they are, since people write those too. Throws `UserError` above 16.
 */
export function alternativesIn(prompt: string): string[] {
  const parts = prompt.split(/(\{[^{}]*,[^{}]*\})/);
  const choices = parts.map((part, index) =>
    index % 2 === 1
      ? part
          .slice(1, -1)
          .split(',')
          .map((word) => word.trim())
      : [part],
  );
  // Counted before they are made: a prompt of 4,000 characters could stand for millions.
  const count = choices.reduce((product, words) => product * words.length, 1);
  if (count > mostAlternatives) throw refuse('tooManyAlternatives', { count, max: mostAlternatives });
  return choices.reduce<string[]>((all, words) => all.flatMap((before) => words.map((word) => before + word)), ['']);
}

type Start = (prompt: string, context: Context, call: Call) => Promise<Message>;

/** Says how many jobs it would be, and starts them once that was confirmed with a button. */
export async function startAlternatives(
  context: Context,
  call: Call,
  prompts: string[],
  confirmed: boolean,
  start: Start,
): Promise<Message> {
  const cost = expectedCost(context.app, call.options.model, Number(call.options.count ?? 1) * prompts.length);
  const { confirmed: _, ...options } = call.options;
  if (!confirmed) {
    return {
      text: `These are **${prompts.length}** jobs. ${cost}`,
      tone: 'plain',
      facts: prompts.map((prompt, index) => ({ label: String(index + 1), value: prompt })),
      buttons: [
        {
          label: `Make all ${prompts.length}`,
          style: 'primary',
          call: { ...call, options: { ...options, confirmed: true } },
        },
      ],
      private: true,
    };
  }
  const numbers: number[] = [];
  let stopped = '';
  for (const [index, prompt] of prompts.entries()) {
    // Each is a job of its own event, and its result a message of its own: one acknowledgement cannot become them all.
    const origin = { ...context.origin, event: `${context.origin.event}/${index + 1}`, ack: undefined };
    try {
      const message = await start(prompt, { ...context, origin }, { ...call, options: { ...options, prompt } });
      if (message.job !== undefined) numbers.push(message.job);
    } catch (error) {
      // What has begun goes on, so it must be told of before what did not.
      if (!(error instanceof UserError) || numbers.length === 0) throw error;
      stopped = ` The others were not started: ${error.message}`;
      break;
    }
  }
  return {
    text: `**${numbers.length}** jobs are on the way: ${numbers.map((number) => `#${number}`).join(', ')}.${stopped}`,
    tone: 'good',
  };
}
