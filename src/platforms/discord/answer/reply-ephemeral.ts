/** Answers an interaction with an ephemeral message, as its first and only answer. */
import { InteractionResponseType, MessageFlags } from 'discord.js';
import type { Message } from '../../../chat.ts';
import type { Interaction } from '../read/interaction.ts';
import type { CallStore } from '../render/custom-id.ts';
import { type MessageBody, renderMessage, renderPlainly } from '../render/message.ts';
import { meaningOf } from '../rest/discord-error.ts';
import type { Acknowledge } from './acknowledge.ts';

/** Says something to the person alone. Throws `DiscordError`. */
export type ReplyEphemeral = (interaction: Interaction, message: Message) => Promise<void>;

/** Returns `replyEphemeral`. */
export function createReplyEphemeral(acknowledge: Acknowledge, ttlStore: CallStore): ReplyEphemeral {
  return async function replyEphemeral(interaction, message) {
    const reply = async (render: typeof renderMessage) => {
      const body = await render(message, `hidden:${interaction.id}`, ttlStore);
      await acknowledge(interaction, InteractionResponseType.ChannelMessageWithSource, {
        ...withoutAttachments(body),
        flags: body.flags | MessageFlags.Ephemeral,
      });
    };
    try {
      await reply(renderMessage);
    } catch (error) {
      if (meaningOf(error) !== 'components') throw error;
      await reply(renderPlainly);
    }
  };
}

/** A first answer takes no files, and `attachments` only describes files. */
function withoutAttachments({ attachments: _, ...body }: MessageBody): Omit<MessageBody, 'attachments'> {
  return body;
}
