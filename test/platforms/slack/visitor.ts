/** A person in the workspace, who does what Slack’s own client lets people do. */
import { randomUUID } from 'node:crypto';
import type { Fake } from './fake-slack.ts';
import { bot, team as home, type Post, readPost } from './workspace.ts';

type Element = { type: string; action_id: string; value?: string; text?: { text: string }; options?: unknown[] };
type Block = { type: string; block_id?: string; elements?: Element[]; element?: Element; dispatch_action?: boolean };

/** A value that a person puts into an input of a form. */
export type Filled = {
  value?: string;
  selected_option?: object;
  selected_options?: object[];
  files?: object[];
  selected_conversation?: string;
};

/** Returns a person. `team` is where they work, and `enterprise` is the organisation that the bot is in. */
export function visit(
  slack: Fake,
  id: string,
  { team = home, enterprise }: { team?: string; enterprise?: string } = {},
) {
  const { workspace } = slack;
  const org = enterprise
    ? { enterprise: { id: enterprise }, enterprise_id: enterprise, is_enterprise_install: true }
    : {};
  const user = { id, name: workspace.people.get(id)?.name ?? id, team_id: team };
  const where = (channel: string) => ({ ...org, team: { id: team }, user, channel: { id: channel } });

  /** Returns the messages that this person sees in a channel, or in one of its threads. */
  const read = (channel: string, thread?: string): Post[] => {
    const place = workspace.conversations.get(channel);
    if (place && place.kind !== 'public' && !place.members.has(id)) return [];
    return workspace.posts.filter(
      (post) => post.channel === channel && post.thread === thread && (post.onlyFor ?? id) === id,
    );
  };

  const find = (channel: string, text: string, thread?: string) => {
    const found = read(channel, thread).find((post) => readPost(post).text.includes(text));
    if (!found) throw new Error(`nothing says “${text}”`);
    return found;
  };

  const messageOf = (post: Post) => ({
    ts: post.ts,
    thread_ts: post.thread,
    files: post.files.map((file) => fileOf(file)),
  });

  function fileOf(fileId: string) {
    const file = workspace.uploads.get(fileId);
    const url = `${slack.url()}/files/${fileId}`;
    return {
      id: fileId,
      name: file?.name,
      mimetype: 'image/png',
      size: file?.length,
      url_private: url,
      url_private_download: url,
    };
  }

  const inputsOf = (viewId: string) =>
    ((slack.views.get(viewId)?.blocks ?? []) as Block[]).flatMap(({ block_id, element, dispatch_action }) =>
      block_id && element ? [{ block_id, element, dispatch_action }] : [],
    );
  const reshaping = (viewId: string) => inputsOf(viewId).filter(({ dispatch_action: dispatches }) => dispatches);

  function filledIn(viewId: string, filled: Record<string, Filled>) {
    const values = inputsOf(viewId).map(({ block_id, element }) => [
      block_id,
      { [element.action_id]: { type: element.type, ...initialOf(element), ...filled[block_id] } },
    ]);
    return { ...slack.views.get(viewId), state: { values: Object.fromEntries(values) } };
  }

  return {
    read,
    find,
    fileOf,
    /** Puts a file into Slack. Returns its id. */
    attach(name: string, bytes: Buffer): string {
      const file = workspace.upload(name, bytes.length, '');
      file.bytes = bytes;
      file.state = 'completed';
      return file.id;
    },
    write: (channel: string, text: string, more: Partial<Post> = {}) => workspace.post(channel, { text, ...more }),
    slash: (channel: string, command: string, text: string, more: Record<string, unknown> = {}) =>
      slack.deliver({
        type: 'slash_commands',
        payload: {
          ...{ command: `/${command}`, text, team_id: team, channel_id: channel, user_id: id, user_name: user.name },
          ...{ trigger_id: slack.trigger(), response_url: slack.replyAddress(channel, id), ...org, ...more },
        },
      }),
    mention: (channel: string, text: string, thread?: string, files: string[] = [], event = randomUUID()) =>
      slack.deliver({
        type: 'events_api',
        payload: {
          ...{ type: 'event_callback', team_id: team, event_id: event, api_app_id: 'A1' },
          event: {
            ...{ type: 'app_mention', user: id, text: `<@${bot}> ${text}`, channel, thread_ts: thread },
            ts: workspace.post(channel, { text, thread }).ts,
            files: files.map(fileOf),
          },
        },
      }),
    /** Writes to the bot alone. */
    tell: (text: string, files: string[] = [], more: Record<string, unknown> = {}) =>
      slack.deliver({
        type: 'events_api',
        payload: {
          ...{ type: 'event_callback', team_id: team, event_id: randomUUID(), api_app_id: 'A1' },
          event: {
            ...{ type: 'message', channel_type: 'im', user: id, text, channel: workspace.direct(id).id },
            ts: workspace.post(workspace.direct(id).id, { text }).ts,
            ...(files.length ? { subtype: 'file_share', files: files.map(fileOf) } : {}),
            ...more,
          },
        },
      }),
    /** Presses the button with this label on a message. */
    async press(post: Post, label: string) {
      const button = buttonIn(post.blocks as Block[], label);
      const payload = {
        ...{ type: 'block_actions', ...where(post.channel), message: messageOf(post), trigger_id: slack.trigger() },
        container: { type: 'message', message_ts: post.ts, is_ephemeral: post.onlyFor !== undefined },
        response_url: slack.replyAddress(post.channel, id),
        actions: [{ ...button, block_id: 'b', action_ts: post.ts }],
      };
      return slack.deliver({ type: 'interactive', payload });
    },
    async pressAtHome(label: string) {
      const view = slack.homes.get(id) ?? {};
      const button = buttonIn(view.blocks as Block[], label);
      const payload = {
        ...{
          type: 'block_actions',
          team: { id: team },
          user,
          trigger_id: slack.trigger(),
          view: { ...view, id: 'VHOME' },
        },
        ...{ container: { type: 'view', view_id: 'VHOME' }, actions: [{ ...button, block_id: 'b', action_ts: '1.1' }] },
      };
      return slack.deliver({ type: 'interactive', payload });
    },
    /** Uses a shortcut on a message. `files` replace what Slack tells of the message's files. */
    shortcutOn: (post: Post, callback: string, files?: object[]) =>
      slack.deliver({
        type: 'interactive',
        payload: {
          ...{ type: 'message_action', callback_id: callback, ...where(post.channel) },
          message: { ...messageOf(post), ...(files ? { files } : {}) },
          ...{ trigger_id: slack.trigger(), response_url: slack.replyAddress(post.channel, id) },
        },
      }),
    shortcut: (callback: string) =>
      slack.deliver({
        type: 'interactive',
        payload: { type: 'shortcut', callback_id: callback, team: { id: team }, user, trigger_id: slack.trigger() },
      }),
    /** Fills in a view and sends it. Returns the problems that Slack would show at the fields. */
    submit: (viewId: string, filled: Record<string, Filled>) =>
      slack.deliver({
        type: 'interactive',
        payload: {
          ...{ type: 'view_submission', ...org, team: { id: team }, user, trigger_id: slack.trigger() },
          view: filledIn(viewId, filled),
        },
      }),
    /** Chooses something in a view, as it stands with everything else that was filled in. */
    choose: (viewId: string, filled: Record<string, Filled>, more: Record<string, unknown> = {}) =>
      slack.deliver({
        type: 'interactive',
        payload: {
          ...{ type: 'block_actions', ...org, team: { id: team }, user, trigger_id: slack.trigger() },
          ...{ container: { type: 'view', view_id: viewId }, view: { ...filledIn(viewId, filled), ...more } },
          actions: reshaping(viewId).map(({ block_id, element }) => ({
            ...{ type: element.type, action_id: element.action_id, block_id, action_ts: String(Date.now() / 1000) },
          })),
        },
      }),
    suggest: (action: string, value: string, viewId: string) =>
      slack.deliver({
        type: 'interactive',
        payload: {
          type: 'block_suggestion',
          team: { id: team },
          user,
          action_id: action,
          block_id: 'b',
          value,
          view: slack.views.get(viewId),
        },
      }),
    event: (type: string, more: Record<string, unknown> = {}) =>
      slack.deliver({
        type: 'events_api',
        payload: {
          type: 'event_callback',
          team_id: team,
          event_id: randomUUID(),
          api_app_id: 'A1',
          ...org,
          event: { type, user: id, ...more },
        },
      }),
  };
}

function buttonIn(blocks: Block[], label: string): Element {
  const elements = blocks.flatMap((block) => block.elements ?? []);
  const button = elements.find((element) => element.type === 'button' && element.text?.text === label);
  if (!button) throw new Error(`there is no button “${label}”`);
  return button;
}

/** Returns the value that Slack sends for an untouched input. */
function initialOf(element: Element): Filled {
  const known = element as Record<string, unknown>;
  return {
    ...(known.initial_value ? { value: String(known.initial_value) } : {}),
    ...(known.initial_option ? { selected_option: known.initial_option as object } : {}),
    ...(known.initial_options ? { selected_options: known.initial_options as object[] } : {}),
  };
}
