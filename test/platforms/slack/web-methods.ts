/** The methods of Slack's Web API that the adapter uses, with the scopes and the errors that Slack documents. */
import { randomUUID } from 'node:crypto';
import { blockProblems, viewProblems } from './check-blocks.ts';
import { bot, type Conversation, team, type Workspace } from './workspace.ts';

/** The arguments of a call. */
export type Args = Record<string, unknown>;
type Answer = Record<string, unknown>;
/** A method. Any one of its scopes is enough. */
export type Method = { scopes: string[]; run(args: Args): Answer };

/** An error that Slack answers with. */
export class No extends Error {
  readonly code: string;
  constructor(code: string, why = code) {
    super(why);
    this.code = code;
  }
}

/** The state of the fake. `triggers` live for three seconds and work once. */
type Parts = {
  workspace: Workspace;
  url(): string;
  scopes: Set<string>;
  triggers: Map<string, number>;
  views: Map<string, Args>;
  homes: Map<string, Args>;
};

const string = (value: unknown) => (typeof value === 'string' ? value : '');

/** Returns the methods by name. */
export function createMethods({ workspace, url, scopes, triggers, views, homes }: Parts): Record<string, Method> {
  const { conversations, posts, uploads, people } = workspace;

  function conversation(id: unknown): Conversation {
    const found = conversations.get(string(id));
    if (!found || (found.kind !== 'public' && !found.members.has(bot))) throw new No('channel_not_found');
    if (found.archived) throw new No('is_archived');
    return found;
  }

  function checked(args: Args): { text: string; blocks: unknown[] } {
    const problems = blockProblems(args.blocks, 'message');
    if (problems.length) throw new No('invalid_blocks', problems.join('; '));
    if (!args.text && !args.blocks) throw new No('no_text');
    if (string(args.text).length > 4_000) throw new No('msg_too_long');
    return { text: string(args.text), blocks: Array.isArray(args.blocks) ? args.blocks : [] };
  }

  const own = (args: Args) => {
    const found = posts.find(({ channel, ts, onlyFor }) => channel === args.channel && ts === args.ts && !onlyFor);
    return found ?? no('message_not_found');
  };

  function threadOf(args: Args): string | undefined {
    const thread = string(args.thread_ts);
    if (thread && !posts.some(({ ts, channel }) => ts === thread && channel === (args.channel ?? args.channel_id)))
      throw new No('thread_not_found');
    return thread || undefined;
  }

  const filesToComplete = (args: Args) =>
    (Array.isArray(args.files) ? args.files : []).map(
      ({ id }: { id: string }) => uploads.get(id) ?? no('file_not_found'),
    );

  function channelForFiles(args: Args): Conversation {
    const found = conversation(args.channel_id);
    if (!found.members.has(bot)) throw new No('not_in_channel');
    if (found.noFiles) throw new No('file_uploads_disabled');
    if (found.isShared) throw new No('slack_connect_file_upload_sharing_blocked');
    return found;
  }

  function useTrigger(id: unknown): void {
    const until = triggers.get(string(id));
    if (until === undefined) throw new No('exchanged_trigger_id');
    triggers.delete(string(id));
    if (until < Date.now()) throw new No('expired_trigger_id');
  }

  function keepView(id: string, args: Args): Answer {
    const problems = viewProblems(args.view);
    if (problems.length) throw new No('invalid_arguments', problems.join('; '));
    const known = views.get(id);
    if (args.hash !== undefined && args.hash !== known?.hash) throw new No('hash_conflict');
    const view = { ...(args.view as Args), id, hash: `${Number(known?.hash ?? 0) + 1}` };
    views.set(id, view);
    return { view };
  }

  return {
    'auth.test': { scopes: [], run: () => ({ team: 'Test', team_id: team, user_id: bot, url: `${url()}/` }) },
    'apps.connections.open': { scopes: [], run: () => ({ url: url().replace('http', 'ws') }) },
    'users.info': {
      scopes: ['users:read'],
      run({ user }) {
        const found = people.get(string(user)) ?? no('user_not_found');
        return { user: { id: user, name: found.name, locale: 'de-DE', is_admin: found.admin } };
      },
    },
    'usergroups.list': {
      scopes: ['usergroups:read'],
      run: () => ({ usergroups: workspace.groups }),
    },
    'conversations.open': {
      scopes: ['im:write'],
      run: ({ users }) => ({
        channel: { id: (people.has(string(users)) ? workspace.direct(string(users)) : no('user_not_found')).id },
      }),
    },
    'conversations.join': {
      scopes: ['channels:join'],
      run({ channel }) {
        const found = conversation(channel);
        if (found.kind !== 'public') throw new No('method_not_supported_for_channel_type');
        if (found.isClosed) throw new No('restricted_action');
        found.members.add(bot);
        return { channel: { id: found.id } };
      },
    },
    'chat.postMessage': {
      scopes: ['chat:write'],
      run(args) {
        const { id, members } = conversation(args.channel);
        if (!members.has(bot) && !scopes.has('chat:write.public')) throw new No('not_in_channel');
        return { ts: workspace.post(id, { ...checked(args), thread: threadOf(args) }).ts, channel: id };
      },
    },
    'chat.postEphemeral': {
      scopes: ['chat:write'],
      run(args) {
        const { id, members } = conversation(args.channel);
        if (!members.has(bot)) throw new No('not_in_channel');
        if (!members.has(string(args.user))) throw new No('user_not_in_channel');
        return {
          message_ts: workspace.post(id, { ...checked(args), thread: threadOf(args), onlyFor: string(args.user) }).ts,
        };
      },
    },
    'chat.update': {
      scopes: ['chat:write'],
      run: (args) => Object.assign(own(args), checked(args)) && { ts: args.ts },
    },
    'chat.delete': {
      scopes: ['chat:write'],
      run: (args) => ({ removed: posts.splice(posts.indexOf(own(args)), 1).length }),
    },
    'chat.getPermalink': {
      scopes: [],
      run: (args) => ({
        permalink: `https://test.slack.com/archives/${args.channel}/p${own({ channel: args.channel, ts: args.message_ts }).ts.replace('.', '')}`,
      }),
    },
    'files.getUploadURLExternal': {
      scopes: ['files:write'],
      run(args) {
        if (workspace.rules.noFiles) throw new No(workspace.rules.noFiles);
        const upload = workspace.upload(string(args.filename), Number(args.length), string(args.alt_txt));
        return { file_id: upload.id, upload_url: `${url()}/upload/${upload.id}` };
      },
    },
    'files.completeUploadExternal': {
      scopes: ['files:write'],
      run(args) {
        const files = filesToComplete(args);
        const { id } = channelForFiles(args);
        if (files.some(({ state }) => state !== 'waiting')) throw new No('file_already_completed');
        if (files.some(({ bytes }) => !bytes)) throw new No('file_not_found');
        const problems = blockProblems(args.blocks, 'message');
        if (problems.length) throw new No('invalid_blocks', problems.join('; '));
        const blocks = Array.isArray(args.blocks) ? args.blocks : [];
        const { ts } = workspace.post(id, {
          text: string(args.initial_comment),
          blocks,
          files: files.map((file) => file.id),
          thread: threadOf(args),
        });
        for (const file of files) {
          file.state = 'completed';
          file.shares.push({ channel: id, ts });
        }
        // Slack answers before the message is there, and so without shares.
        return { files: files.map((file) => ({ id: file.id })) };
      },
    },
    'files.info': {
      scopes: ['files:read'],
      run({ file }) {
        const found = uploads.get(string(file));
        if (found?.state !== 'completed') throw new No('file_not_found');
        found.hiddenFor -= 1;
        const shares = found.hiddenFor >= 0 ? [] : found.shares;
        const of = (isPublic: boolean) =>
          Object.fromEntries(
            shares
              .filter(({ channel }) => (conversations.get(channel)?.kind === 'public') === isPublic)
              .map(({ channel, ts }) => [channel, [{ ts }]]),
          );
        return {
          file: {
            id: found.id,
            permalink: `https://test.slack.com/files/UBOT/${found.id}/${found.name}`,
            shares: { public: of(true), private: of(false) },
            url_private_download: `${url()}/files/${found.id}`,
          },
        };
      },
    },
    'files.delete': {
      scopes: ['files:write'],
      run({ file }) {
        const found = uploads.get(string(file)) ?? no('file_not_found');
        if (found.state === 'deleted') throw new No('file_deleted');
        found.state = 'deleted';
        for (const post of posts) post.files = post.files.filter((id) => id !== found.id);
        return {};
      },
    },
    'views.open': {
      scopes: [],
      run(args) {
        useTrigger(args.trigger_id);
        // As in Slack, no id comes back: the bot tells events apart by them.
        return keepView(`V${randomUUID()}`, args);
      },
    },
    'views.update': {
      scopes: [],
      run: (args) => (views.has(string(args.view_id)) ? keepView(string(args.view_id), args) : no('not_found')),
    },
    'views.publish': {
      scopes: [],
      run(args) {
        const problems = viewProblems(args.view);
        if (problems.length) throw new No('invalid_arguments', problems.join('; '));
        homes.set(string(args.user_id), args.view as Args);
        return {};
      },
    },
  };
}

function no(code: string): never {
  throw new No(code);
}
