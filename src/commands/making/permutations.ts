/** Prompts with alternatives: `a {red,blue} car in {rain,snow}` stands for four prompts, each a job of its own. */
import type { Call, Message } from '../../chat.ts';
import { refuse, UserError } from '../../errors/catalogue.ts';
import type { Context } from '../kit/define.ts';
import { expectedCost } from './start-pictures.ts';

/** Most jobs of one prompt. More are usually a mistake. */
const maxAlternatives = 16;

/**
 * Returns every prompt that the braces stand for, in reading order. Without braces, that is the prompt itself. Braces
 * without a comma stay as they are, because people write those too. Throws `UserError` above 16.
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
  // The count comes first: a prompt of 4,000 characters could stand for millions.
  const count = choices.reduce((product, words) => product * words.length, 1);
  if (count > maxAlternatives) throw refuse('tooManyAlternatives', { count, max: maxAlternatives });
  return choices.reduce<string[]>((all, words) => all.flatMap((before) => words.map((word) => before + word)), ['']);
}

type Start = (prompt: string, context: Context, call: Call) => Promise<Message>;

/** Starts several jobs when they are `confirmed`. Otherwise returns a message that asks for the confirmation. */
export async function startAlternatives(
  context: Context,
  call: Call,
  prompts: string[],
  confirmed: boolean,
  start: Start,
): Promise<Message> {
  return confirmed ? startAll(context, call, prompts, start) : askFirst(context, call, prompts);
}

function askFirst({ app }: Context, call: Call, prompts: string[]): Message {
  const cost = expectedCost(app, call.options.model, Number(call.options.count ?? 1) * prompts.length);
  return {
    text: `These are **${prompts.length}** jobs. ${cost}`,
    tone: 'plain',
    facts: prompts.map((prompt, index) => ({ label: String(index + 1), value: prompt })),
    buttons: [
      {
        label: `Make all ${prompts.length}`,
        style: 'primary',
        call: { ...call, options: { ...call.options, confirmed: true } },
      },
    ],
    private: true,
  };
}

/** Starts one job for each prompt, up to the first `UserError`. Jobs that have begun go on. */
async function startAll(context: Context, call: Call, prompts: string[], start: Start): Promise<Message> {
  const { confirmed: _, ...options } = call.options;
  const numbers: number[] = [];
  let stopped = '';
  for (const [index, prompt] of prompts.entries()) {
    // Each job has an event and a message of its own: one acknowledgement cannot become all results.
    const origin = { ...context.origin, event: `${context.origin.event}/${index + 1}`, ack: undefined };
    try {
      const message = await start(prompt, { ...context, origin }, { ...call, options: { ...options, prompt } });
      if (message.job !== undefined) numbers.push(message.job);
    } catch (error) {
      // The jobs that have begun go on, so the message must tell of them first.
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
