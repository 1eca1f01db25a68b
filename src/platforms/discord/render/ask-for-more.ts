/** Draws the message between two modals of a form. Discord does not let a modal follow a modal. */
import { ButtonStyle, ComponentType as Kind, MessageFlags } from 'discord.js';
import type { Value } from '../../../chat.ts';
import { maxButtonLabelLength, maxTextBytes, maxTextLength } from '../limits.ts';
import type { RemoteFile } from '../read/attachments.ts';
import { almostDone, attachedText, moreLabel, sendLabel } from '../sentences.ts';
import { escapeMarkdown, truncate } from './escape.ts';
import type { OfferedField } from './form.ts';

/** Characters of a value that are repeated in the message. */
const maxValueLength = 300;

/** A form between two modals. `step` is the next one and counts from 1. `rest` are the fields that are still to come. */
type UnfinishedForm = {
  id: string;
  step: number;
  rest: readonly OfferedField[];
  options: Record<string, Value>;
  files: Record<string, RemoteFile[]>;
};

/** Returns the message. It repeats what is filled in, leads on, and sends the form where nothing else is required. */
export function renderAskForMore({ id, step, rest, options, files }: UnfinishedForm): object {
  const isMissing = ({ required, name }: OfferedField) =>
    required && options[name] === undefined && !files[name]?.length;
  const typed = Object.entries(options).map(
    ([name, value]) => `**${escapeMarkdown(name)}** ${escapeMarkdown(truncate(String(value), maxValueLength))}`,
  );
  const attached = Object.entries(files).map(
    ([name, list]) => `**${escapeMarkdown(name)}** ${attachedText(list.length)}`,
  );
  const button = (label: string, style: ButtonStyle, customId: string) => ({
    type: Kind.Button,
    style,
    label,
    custom_id: customId,
  });
  const more = truncate(moreLabel(rest.map(({ name }) => name)), maxButtonLabelLength);
  return {
    flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral,
    allowed_mentions: { parse: [] },
    components: [
      {
        type: Kind.Container,
        components: [
          {
            type: Kind.TextDisplay,
            content: truncate([almostDone, ...typed, ...attached].join('\n'), maxTextLength, maxTextBytes),
          },
          {
            type: Kind.ActionRow,
            components: [
              ...(rest.some(isMissing) ? [] : [button(sendLabel, ButtonStyle.Primary, `send:${id}:${step}`)]),
              button(more, ButtonStyle.Secondary, `next:${id}:${step}`),
            ],
          },
        ],
      },
    ],
  };
}
